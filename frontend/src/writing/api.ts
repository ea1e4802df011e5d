/** The requests of results on the writing page. Apart from api.ts, which every page loads. */

import { type Attempt, attemptAt, call } from "../api";

/** The writer's attempts at a character with a score: null where there are none. */
export interface Milestones {
  first: Attempt | null;
  best: Attempt | null;
  latest: Attempt | null;
}

/** The milestones among the attempts at `character` written before the moment `before`. */
export const readMilestones = (character: string, before: string): Promise<Milestones> =>
  call("GET", `/api/v1/attempts/milestones/?${new URLSearchParams({ character, before })}`);

/** Offer an attempt as an exemplar; a curator approves or refuses it. */
export const offerExemplar = (id: string): Promise<Attempt> => call("PUT", `${attemptAt(id)}exemplar/`);

export const withdrawExemplar = (id: string): Promise<void> => call("DELETE", `${attemptAt(id)}exemplar/`);
