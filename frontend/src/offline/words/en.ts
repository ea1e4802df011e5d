/** The texts about the connection and what waits to be sent, in English. The other languages have the same keys. */

import type { Waiting } from "../outbox";

const plural = new Intl.PluralRules("en");
const number = new Intl.NumberFormat("en").format;
const list = new Intl.ListFormat("en");
const isOne = (count: number): boolean => plural.select(count) === "one";
const several = (count: number, one: string, other: string): string[] =>
  count ? [`${number(count)} ${isOne(count) ? one : other}`] : [];
/** "1 attempt and 2 lines" */
const things = ({ attempts, lines }: Waiting): string =>
  list.format([...several(attempts, "attempt", "attempts"), ...several(lines, "line", "lines")]);
const isOneThing = ({ attempts, lines }: Waiting): boolean => isOne(attempts + lines);

export const words = {
  offline: "No connection. You can go on writing: what you write is kept on this device and scored later.",
  waiting: (what: Waiting) =>
    isOneThing(what)
      ? `${things(what)} is kept on this device. It will be sent once you are online again.`
      : `${things(what)} are kept on this device. They will be sent once you are online again.`,
  sending: (what: Waiting) => `Sending ${things(what)}…`,
  unsentAtSignOut: (what: Waiting) =>
    isOneThing(what)
      ? `${things(what)} hasn’t been sent yet. If you sign out now, it will be lost.`
      : `${things(what)} haven’t been sent yet. If you sign out now, they will be lost.`,
  waitingOfOthers: (what: Waiting) =>
    isOneThing(what)
      ? `${things(what)} is kept on this device until the person who wrote it signs in again.`
      : `${things(what)} are kept on this device until the people who wrote them sign in again.`,
  signIn: "Sign in",
  guestAttemptsSent: "What was written here before you signed in has been sent.",
  claim: "Is it yours?",
  refused: (why: string) => `Something that was kept on this device was refused: ${why}`,
  whichWereMeant: (count: number) =>
    isOne(count)
      ? "1 attempt was sent late. Which character did you mean?"
      : `${number(count)} attempts were sent late. Which characters did you mean?`,
  choose: "Choose",
  sent: "Everything that was kept on this device has been sent.",
  sendNow: "Send now",
};

export type Words = typeof words;
