/** The part of the sharing dialog that shares a result as a page, which everybody with the link can see. */

import { type Attempt, Refusal } from "../api";
import { explain } from "../words";
import { shareAttempt, unshareAttempt } from "./api";
import { copyText } from "./copyText";
import { button, element } from "./elements";
import { words } from "./words";

/** `say` shows a message in the dialog. */
export function linkSection({ id, shared_url }: Attempt, say: (text: string) => void): HTMLElement {
  const section = element("section", { className: "share-page" });
  const signIn = document.querySelector<HTMLAnchorElement>('.nav a[href^="/accounts/login/"]');

  function show(url: string | null): void {
    const content = url ? shared(url) : signIn ? forGuests(signIn) : unshared();
    section.replaceChildren(element("h3", {}, words.link), ...content);
  }

  const unshared = () => [
    element("p", { className: "quiet" }, words.linkMeans),
    actions(
      button(words.makeLink, "button", () => change(async () => show((await shareAttempt(id)).shared_url))),
    ),
  ];

  const forGuests = ({ href }: HTMLAnchorElement) => [
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
      button(words.copyLink, "button", async () =>
        say((await copyText(url)) ? words.copied : words.notCopied),
      ),
      element("a", { href: url }, words.open),
      button(words.stop, "button button-quiet", () =>
        change(async () => {
          await unshareAttempt(id);
          show(null);
          say(words.stopped);
        }),
      ),
    ),
  ];

  async function change(request: () => Promise<void>): Promise<void> {
    say("");
    try {
      await request();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say(explain(error));
    }
    section.querySelector<HTMLElement>("input, button")?.focus();
  }

  show(shared_url);
  return section;
}

const actions = (...children: Node[]) => element("p", { className: "share-actions" }, ...children);
