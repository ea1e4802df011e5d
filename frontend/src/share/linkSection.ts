/** The part of the dialog that makes a page of a result, which whoever has its link can see. */

import { type Attempt, Refusal, shareAttempt, unshareAttempt } from "../api";
import { plainly } from "../words";
import { button, element } from "./elements";
import { words } from "./words";

/** `say` tells what came of it. */
export function pagePart({ id, shared_url }: Attempt, say: (text: string) => void): HTMLElement {
  const part = element("section", { className: "share-page" });
  const signIn = document.querySelector<HTMLAnchorElement>('.nav a[href^="/accounts/login/"]');

  function show(url: string | null): void {
    const how = url ? shared(new URL(url, location.href).href) : signIn ? asGuest(signIn) : unshared();
    part.replaceChildren(element("h3", {}, words.link), ...how);
  }

  const unshared = () => [
    element("p", { className: "quiet" }, words.linkMeans),
    actions(
      button(words.makeLink, "button", () => change(async () => show((await shareAttempt(id)).shared_url))),
    ),
  ];

  const asGuest = ({ href }: HTMLAnchorElement) => [
    element("p", { className: "quiet" }, words.linkMeans),
    actions(element("a", { href: `${href}?next=${encodeURIComponent(`/history/${id}/`)}` }, words.signIn)),
  ];

  const shared = (url: string) => [
    element(
      "label",
      { className: "share-link" },
      words.linkLabel,
      element("input", {
        type: "text",
        readOnly: true,
        value: url,
        onfocus: (event) => (event.target as HTMLInputElement).select(),
      }),
    ),
    actions(
      button(words.copyLink, "button", () => copyText(url).then(say)),
      element("a", { href: url }, words.see),
      button(words.stop, "button button-quiet", () =>
        change(async () => {
          await unshareAttempt(id);
          show(null);
          say(words.stopped);
        }),
      ),
    ),
  ];

  async function change(how: () => Promise<void>): Promise<void> {
    say("");
    try {
      await how();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say(plainly(error));
    }
    part.querySelector<HTMLElement>("input, button")?.focus();
  }

  show(shared_url);
  return part;
}

const actions = (...children: Node[]) => element("p", { className: "share-actions" }, ...children);

const copyText = (text: string): Promise<string> =>
  // Missing where the page isn't served securely, as from a phone in the same room.
  (navigator.clipboard?.writeText(text) ?? Promise.reject()).then(
    () => words.copied,
    () => words.notCopied,
  );
