/** Writings that couldn't be sent: kept in this browser, and sent in the order in which they were written. */

import { batch, signal } from "@preact/signals";
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import * as api from "../api";
import { type Attempt, Refusal, type Writing } from "../api";
import { ANYBODY } from "../writer";

interface Kept {
  id?: number;
  /** The same each time it is sent, so that a lost answer doubles nothing. */
  key: string;
  /** Who wrote it: it is sent as nobody else. */
  writer: string;
  writing: Writing;
  /** ms since 1970 */
  at: number;
}

interface Schema extends DBSchema {
  kept: { key: number; value: Kept; indexes: { writer: string } };
}

/** What became of a writing. */
interface Outcome {
  key: string;
  writer: string;
  /** Null where the server will never take it. */
  attempt: Attempt | null;
}

/** Another's writings wait so long for their writer to come back. ms */
const OTHERS_KEPT = 30 * 24 * 60 * 60 * 1000;
/** A line that is slow now gets more time than a writer waits. ms */
const PATIENCE = 60_000;
/** Pauses between vain tries, ms. */
const SHORTEST = 2_000;
const LONGEST = 60_000;
/** What the server will never take, however often it is sent. */
const NEVER = new Set([400, 413, 415, 422]);
/** What it takes once somebody has signed in, or loaded the page again. */
const NOT_FROM_HERE = new Set([401, 403, 409]);

export class Outbox {
  /** How many wait that can be sent from here: the writer's own, and what was written before they signed in. */
  readonly count = signal(0);
  /** How many wait for somebody else to sign in. */
  readonly others = signal(0);
  readonly isSending = signal(false);
  /** Why the last one that the server wouldn't take was dropped. */
  readonly refused = signal<Refusal | null>(null);
  /** Why nothing can be sent from this page, though there is a connection. */
  readonly barred = signal<Refusal | null>(null);
  /** All that waited has just been sent. */
  readonly hasSent = signal(false);
  /** Some of it was written before the writer signed in, and belongs to nobody yet. */
  readonly hasSentAnybodys = signal(false);
  private readonly senders: readonly string[];
  private readonly tabs = new BroadcastChannel("outbox");
  private pause = SHORTEST;
  private timer: ReturnType<typeof setTimeout> | undefined;

  private constructor(
    private readonly database: IDBPDatabase<Schema>,
    private readonly writer: string,
    private readonly tell: (outcome: Outcome) => void,
  ) {
    this.senders = [...new Set([writer, ANYBODY])];
    this.tabs.addEventListener("message", ({ data }) => this.hear(data as Outcome));
  }

  /**
   * What `writer` has left here. `tell` hears of each that is done with, in whichever tab that was. Rejects where
   * nothing is kept.
   */
  static async open(writer: string, tell: (outcome: Outcome) => void): Promise<Outbox> {
    const database = await openDB<Schema>("outbox", 1, {
      upgrade(fresh) {
        fresh
          .createObjectStore("kept", { keyPath: "id", autoIncrement: true })
          .createIndex("writer", "writer");
      },
      blocking: (_current, _next, event) => (event.target as IDBDatabase).close(),
    });
    const outbox = new Outbox(database, writer, tell);
    await outbox.dropOld();
    await outbox.recount();
    return outbox;
  }

  isWaiting(): boolean {
    return this.count.peek() > 0;
  }

  /** False where the browser has no room. */
  async keep(writing: Writing, key: string): Promise<boolean> {
    try {
      await this.database.add("kept", { key, writer: this.writer, writing, at: Date.now() });
    } catch {
      return false;
    }
    await this.recount();
    this.deliver();
    return true;
  }

  /** Send what waits in the order in which it was written, one after another, until all is sent or one can't be. One tab at a time. */
  async deliver(): Promise<void> {
    clearTimeout(this.timer);
    const work = () => this.sendAll();
    // Where there are no locks, the keys keep two tabs from doubling anything.
    if (navigator.locks)
      await navigator.locks.request("outbox", { ifAvailable: true }, (lock) => (lock ? work() : undefined));
    else await work();
    await this.recount();
    if (!this.isWaiting()) return;
    this.timer = setTimeout(() => this.deliver(), this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST);
  }

  /** The net is back, or somebody asks for it. */
  hurry(): Promise<void> {
    this.pause = SHORTEST;
    return this.deliver();
  }

  dismiss(): void {
    this.refused.value = null;
  }

  private async sendAll(): Promise<void> {
    if (this.isSending.peek()) return;
    batch(() => {
      this.isSending.value = true;
      this.hasSent.value = false;
    });
    // One moment to count from: the server counts back from when each arrives, which keeps them in order.
    const now = Date.now();
    try {
      for (let next = await this.first(); next; next = await this.first()) {
        const outcome = await this.sendOne(next, now);
        if (!outcome) break;
        await this.database.delete("kept", next.id as number);
        this.tabs.postMessage(outcome);
        await this.hear(outcome);
        this.pause = SHORTEST;
        this.hasSent.value = !this.isWaiting();
      }
    } finally {
      this.isSending.value = false;
    }
  }

  /** Null where it is to be tried again. */
  private async sendOne({ writing, key, writer, at }: Kept, now: number): Promise<Outcome | null> {
    const age = Math.min(Math.max(now - at, 0), api.OLDEST); // whatever was done to the clock
    try {
      const attempt = await api.send({ ...writing, age }, key, { patience: PATIENCE, writer });
      this.barred.value = null;
      return { key, writer, attempt };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.barred.value = NOT_FROM_HERE.has(error.status) ? error : null;
      if (!NEVER.has(error.status)) return null;
      this.refused.value = error;
      return { key, writer, attempt: null };
    }
  }

  /** One is done with, here or in another tab. */
  private async hear(outcome: Outcome): Promise<void> {
    await this.recount();
    if (outcome.writer === this.writer) this.tell(outcome);
    else if (outcome.writer === ANYBODY && outcome.attempt) this.hasSentAnybodys.value = true;
  }

  private async first(): Promise<Kept | undefined> {
    for (const sender of this.senders) {
      const first = await this.database.getFromIndex("kept", "writer", sender);
      if (first) return first;
    }
    return undefined;
  }

  private async recount(): Promise<void> {
    const counts = this.senders.map((sender) => this.database.countFromIndex("kept", "writer", sender));
    const mine = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    const all = await this.database.count("kept");
    batch(() => {
      this.count.value = mine;
      this.others.value = all - mine;
    });
  }

  private async dropOld(): Promise<void> {
    const all = await this.database.getAll("kept");
    for (const { id, writer, at } of all)
      if (!this.senders.includes(writer) && at < Date.now() - OTHERS_KEPT)
        await this.database.delete("kept", id as number);
  }
}
