/** Attempts and lines that couldn't be sent. They are stored in the browser, and sent in the order in which they were written. */

import { batch, signal } from "@preact/signals";
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import * as api from "../api";
import { type Attempt, type NewAttempt, Refusal } from "../api";
import { MAX_AGE } from "../limits.generated";
import { type Line, type NewLine, sendLine } from "../lines/api";
import { GUEST } from "../writer";

/** A waiting attempt or line. The names are those under which browsers have stored attempts, so they can't change. */
interface Entry {
  id?: number;
  /** Idempotency key: the same each time, so that a lost answer doesn't double the attempt. */
  key: string;
  /** Who wrote it. The server refuses it from anybody else. */
  writer: string;
  writing: NewAttempt | NewLine;
  /** When it was written, ms since 1970. */
  at: number;
}

interface Schema extends DBSchema {
  /** The second index holds only lines: attempts have no kind. */
  kept: { key: number; value: Entry; indexes: { writer: string; lines: [string, string] } };
}

/** How much waits. */
export interface Waiting {
  attempts: number;
  lines: number;
}

const NOTHING: Waiting = { attempts: 0, lines: 0 };
export const isAny = ({ attempts, lines }: Waiting): boolean => attempts + lines > 0;

/** The outcome of sending what waited. */
export interface Outcome {
  key: string;
  writer: string;
  /** null if the server refused it for good, if it was deleted there, or if it was a line. */
  attempt: Attempt | null;
  line: Line | null;
}

const isLine = (writing: NewAttempt | NewLine): writing is NewLine => "kind" in writing;

/** ms. Nobody waits for these requests, so they may take longer than others. */
const TIMEOUT = 60_000;
/** Pauses between attempts to deliver, ms. */
const SHORTEST_PAUSE = 2_000;
const LONGEST_PAUSE = 60_000;
/** Statuses with which the server refuses an attempt for good. */
const REFUSED = new Set([400, 413, 415, 422]);
/** Status of an attempt that has arrived before and was deleted since: nothing is left to send. */
const DELETED = 410;
/** Statuses that go away once the user signs in or reloads the page. */
const BLOCKED = new Set([401, 403, 409]);

export const add = (one: Waiting, other: Waiting): Waiting => ({
  attempts: one.attempts + other.attempts,
  lines: one.lines + other.lines,
});

export class Outbox {
  /** What this page can send: what the writer wrote, and what was written before signing in. */
  readonly waiting = signal(NOTHING);
  /** The attempts and lines that wait until another user signs in. */
  readonly waitingOfOthers = signal(NOTHING);
  readonly isSending = signal(false);
  /** Why the server refused an attempt for good, until dismissed. */
  readonly refused = signal<Refusal | null>(null);
  /** Why this page can't send anything although there is a connection. */
  readonly blocked = signal<Refusal | null>(null);
  /** Everything that waited has just been sent. */
  readonly hasSent = signal(false);
  /** Among it were attempts from before the writer signed in, which the writer may claim. */
  readonly hasSentGuests = signal(false);
  private readonly senders: readonly string[];
  private readonly tabs = new BroadcastChannel("outbox");
  private pause = SHORTEST_PAUSE;
  private timer: ReturnType<typeof setTimeout> | undefined;

  private constructor(
    private readonly database: IDBPDatabase<Schema>,
    private readonly writer: string,
    private readonly onOutcome: (outcome: Outcome) => void,
  ) {
    this.senders = [...new Set([writer, GUEST])];
    this.tabs.addEventListener("message", ({ data }) => this.handle(data as Outcome));
  }

  /** The outbox of `writer`. `onOutcome` gets the outcome of each attempt, also of those that another tab sends. Rejects if the browser refuses storage. */
  static async open(writer: string, onOutcome: (outcome: Outcome) => void): Promise<Outbox> {
    const database = await openDB<Schema>("outbox", 2, {
      upgrade(opened, before, _now, change) {
        if (before === 0)
          opened
            .createObjectStore("kept", { keyPath: "id", autoIncrement: true })
            .createIndex("writer", "writer");
        change.objectStore("kept").createIndex("lines", ["writer", "writing.kind"]);
      },
      blocking: (_current, _next, event) => (event.target as IDBDatabase).close(),
    });
    const outbox = new Outbox(database, writer, onOutcome);
    await outbox.dropOld();
    await outbox.count();
    return outbox;
  }

  isWaiting(): boolean {
    return isAny(this.waiting.peek());
  }

  /** Store an attempt or a line to be sent later. Resolves to false if the browser has no room. */
  async keep(writing: NewAttempt | NewLine, key: string): Promise<boolean> {
    try {
      await this.database.add("kept", { key, writer: this.writer, writing, at: Date.now() });
    } catch {
      return false;
    }
    await this.count();
    this.deliver();
    return true;
  }

  /** Send waiting attempts, oldest first, until all are sent or one fails; then try again later. Only one tab sends at a time. */
  async deliver(): Promise<void> {
    clearTimeout(this.timer);
    const send = () => this.sendAll();
    // Without locks, the idempotency keys keep two tabs from doubling an attempt.
    if (navigator.locks)
      await navigator.locks.request("outbox", { ifAvailable: true }, (lock) => (lock ? send() : undefined));
    else await send();
    await this.count();
    if (!this.isWaiting()) return;
    this.timer = setTimeout(() => this.deliver(), this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  /** Deliver without waiting for the next pause to end. */
  deliverNow(): Promise<void> {
    this.pause = SHORTEST_PAUSE;
    return this.deliver();
  }

  dismissRefused(): void {
    this.refused.value = null;
  }

  private async sendAll(): Promise<void> {
    if (this.isSending.peek()) return;
    batch(() => {
      this.isSending.value = true;
      this.hasSent.value = false;
    });
    // The same moment for all: the server subtracts the ages from their arrival, which keeps the attempts in order.
    const now = Date.now();
    try {
      for (let next = await this.first(); next; next = await this.first()) {
        const outcome = await this.sendOne(next, now);
        if (!outcome) break;
        await this.database.delete("kept", next.id as number);
        this.tabs.postMessage(outcome);
        await this.handle(outcome);
        this.pause = SHORTEST_PAUSE;
        this.hasSent.value = !this.isWaiting();
      }
    } finally {
      this.isSending.value = false;
    }
  }

  /** Resolves to null if it has to be tried again. */
  private async sendOne({ writing, key, writer, at }: Entry, now: number): Promise<Outcome | null> {
    const age = Math.min(Math.max(now - at, 0), MAX_AGE); // the clock may have been changed
    try {
      const how = { timeout: TIMEOUT, writer };
      const sent = isLine(writing)
        ? { attempt: null, line: await sendLine({ ...writing, age }, key, how) }
        : { attempt: await api.sendAttempt({ ...writing, age }, key, how), line: null };
      this.blocked.value = null;
      return { key, writer, ...sent };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.blocked.value = BLOCKED.has(error.status) ? error : null;
      if (REFUSED.has(error.status)) this.refused.value = error;
      else if (error.status !== DELETED) return null;
      return { key, writer, attempt: null, line: null };
    }
  }

  /** Handle the outcome of an attempt that this or another tab has sent. */
  private async handle(outcome: Outcome): Promise<void> {
    await this.count();
    if (outcome.writer === this.writer) this.onOutcome(outcome);
    else if (outcome.writer === GUEST && (outcome.attempt || outcome.line)) this.hasSentGuests.value = true;
  }

  private async first(): Promise<Entry | undefined> {
    for (const sender of this.senders) {
      const first = await this.database.getFromIndex("kept", "writer", sender);
      if (first) return first;
    }
    return undefined;
  }

  private async count(): Promise<void> {
    const counted = await Promise.all(this.senders.map((sender) => this.countOf(sender)));
    const own = counted.reduce(add, NOTHING);
    const [all, lines] = await Promise.all([
      this.database.count("kept"),
      this.database.countFromIndex("kept", "lines"),
    ]);
    batch(() => {
      this.waiting.value = own;
      this.waitingOfOthers.value = { attempts: all - lines - own.attempts, lines: lines - own.lines };
    });
  }

  private async countOf(sender: string): Promise<Waiting> {
    const [all, lines] = await Promise.all([
      this.database.countFromIndex("kept", "writer", sender),
      this.database.countFromIndex("kept", "lines", IDBKeyRange.bound([sender], [sender, []])),
    ]);
    return { attempts: all - lines, lines };
  }

  /** Delete other users' attempts that are too old for the server to accept. */
  private async dropOld(): Promise<void> {
    const all = await this.database.getAll("kept");
    for (const { id, writer, at } of all)
      if (!this.senders.includes(writer) && at < Date.now() - MAX_AGE)
        await this.database.delete("kept", id as number);
  }
}
