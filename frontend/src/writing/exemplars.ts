/** Offers attempts as exemplars. */

import { signal } from "@preact/signals";
import type { Attempt } from "../api";
import { EXEMPLARY, GOOD_FORM } from "../limits.generated";
import { findAttempt, refreshOrReport, replaceAttempt } from "../state/attempts";
import { dismissTrouble } from "../state/trouble";
import * as api from "./api";

/** The id of the attempt that is being offered or withdrawn as an exemplar; else "". */
export const changingExemplar = signal("");

export const canBeExemplar = ({ score, ink, exemplar }: Attempt): boolean =>
  exemplar !== null ||
  (ink !== null && (score?.legibility ?? 0) >= EXEMPLARY && (score?.form ?? 100) >= GOOD_FORM);

/** Offer an attempt as an exemplar, or withdraw it. */
export async function offerAsExemplar(id: string, isOffered: boolean): Promise<void> {
  if (changingExemplar.value) return;
  changingExemplar.value = id;
  dismissTrouble();
  try {
    if (isOffered) replaceAttempt(await api.offerExemplar(id));
    else {
      await api.withdrawExemplar(id);
      const attempt = findAttempt(id);
      if (attempt) replaceAttempt({ ...attempt, exemplar: null });
    }
  } catch (error) {
    await refreshOrReport(error, id, () => offerAsExemplar(id, isOffered));
  } finally {
    changingExemplar.value = "";
  }
}
