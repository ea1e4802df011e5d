import { Refusal } from "../api";
import { showTrouble, trouble } from "../state/trouble";
import { words } from "./words";

/** Show why a photograph was refused; `own`: sentences of a page that says it otherwise, by the API's error code. */
export function showRefusal(error: unknown, retry: () => void, own: Record<string, string> = {}): void {
  showTrouble(error, retry);
  const sentences: Record<string, string> = { ...words.refusals, ...own };
  const text = error instanceof Refusal ? sentences[error.code] : undefined;
  if (text && trouble.value) trouble.value = { ...trouble.value, text };
}
