/** The requests of the sharing dialog. Apart from api.ts, which every page loads. */

import { type Attempt, attemptAt, call } from "../api";

/** Give an attempt a link with which everybody can see it. */
export const shareAttempt = (id: string): Promise<Attempt> => call("PUT", `${attemptAt(id)}share/`);

export const unshareAttempt = (id: string): Promise<void> => call("DELETE", `${attemptAt(id)}share/`);
