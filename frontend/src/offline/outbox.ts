/** Writings that couldn't be sent: kept in this browser, and sent in the order in which they were written. */

import { signal } from "@preact/signals";
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import * as api from "../api";
import { type Attempt, Refusal, type Writing } from "../api";

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

/** Another's writings wait so long for their writer to come back. ms */
const OTHERS_KEPT = 30 * 24 * 60 * 60 * 1000;
/** A line that is slow now gets more time than a writer waits. ms */
const PATIENCE = 60_000;
/** Pauses between vain tries, ms. */
const SHORTEST = 2_000;
const LONGEST = 60_000;
/** What the server will never take, however often it is sent. */
const REFUSED = new Set([400, 413, 415, 422]);

export class Outbox {
  /** How many wait. */
  readonly count = signal(0);
  readonly isSending = signal(false);
  /** Why the last one that the server wouldn't take was dropped. */
  readonly refused = signal<Refusal | null>(null);
  /** All that waited has just been sent. */
  readonly hasSent = signal(false);
  private pause = SHORTEST;
  private timer: ReturnType<typeof setTimeout> | undefined;

  private constructor(
    private readonly database: IDBPDatabase<Schema>,
    private readonly writer: string,
    private readonly arrived: (attempt: Attempt, key: string) => void,
  ) {}

  /** What `writer` has left here; `arrived` hears of each that has become an attempt. Rejects where nothing is kept. */
  static async open(writer: string, arrived: (attempt: Attempt, key: string) => void): Promise<Outbox> {
    const database = await openDB<Schema>("outbox", 1, {
      upgrade(fresh) {
        fresh
          .createObjectStore("kept", { keyPath: "id", autoIncrement: true })
          .createIndex("writer", "writer");
      },
      blocking: (_current, _next, event) => (event.target as IDBDatabase).close(),
    });
    const outbox = new Outbox(database, writer, arrived);
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
    this.isSending.value = true;
    this.hasSent.value = false;
    // One moment to count from: the server counts back from when each arrives, which keeps them in order.
    const now = Date.now();
    try {
      for (let next = await this.first(); next; next = await this.first()) {
        if (!(await this.sendOne(next, now))) break;
        await this.database.delete("kept", next.id as number);
        await this.recount();
        this.pause = SHORTEST;
        this.hasSent.value = !this.isWaiting();
      }
    } finally {
      this.isSending.value = false;
    }
  }

  /** Whether it is done with: taken, or refused for good. */
  private async sendOne({ writing, key, writer, at }: Kept, now: number): Promise<boolean> {
    const age = Math.min(Math.max(now - at, 0), api.OLDEST); // whatever was done to the clock
    try {
      this.arrived(await api.send({ ...writing, age }, key, { patience: PATIENCE, writer }), key);
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (!REFUSED.has(error.status)) return false;
      this.refused.value = error;
      return true;
    }
  }

  private async first(): Promise<Kept | undefined> {
    return this.database.getFromIndex("kept", "writer", this.writer);
  }

  private async recount(): Promise<void> {
    this.count.value = await this.database.countFromIndex("kept", "writer", this.writer);
  }

  private async dropOld(): Promise<void> {
    const all = await this.database.getAll("kept");
    for (const { id, writer, at } of all)
      if (writer !== this.writer && at < Date.now() - OTHERS_KEPT)
        await this.database.delete("kept", id as number);
  }
}
