/** The texts about the connection and waiting attempts, in English. The other languages have the same keys. */

const plural = new Intl.PluralRules("en");
const number = new Intl.NumberFormat("en").format;
const isOne = (count: number): boolean => plural.select(count) === "one";

export const words = {
  offline: "No connection. You can go on writing: your attempts are kept on this device and scored later.",
  waiting: (count: number) =>
    isOne(count)
      ? "1 attempt is kept on this device. It will be sent once you are online again."
      : `${number(count)} attempts are kept on this device. They will be sent once you are online again.`,
  sending: (count: number) => (isOne(count) ? "Sending 1 attempt…" : `Sending ${number(count)} attempts…`),
  unsentAtSignOut: (count: number) =>
    isOne(count)
      ? "1 attempt hasn’t been sent yet. If you sign out now, it will be lost."
      : `${number(count)} attempts haven’t been sent yet. If you sign out now, they will be lost.`,
  waitingOfOthers: (count: number) =>
    isOne(count)
      ? "1 attempt is kept on this device until the person who wrote it signs in again."
      : `${number(count)} attempts are kept on this device until the people who wrote them sign in again.`,
  signIn: "Sign in",
  guestAttemptsSent: "The attempts written here before you signed in have been sent.",
  claim: "Are they yours?",
  refused: (why: string) => `An attempt that was kept on this device was refused: ${why}`,
  whichWereMeant: (count: number) =>
    isOne(count)
      ? "1 attempt was sent late. Which character did you mean?"
      : `${number(count)} attempts were sent late. Which characters did you mean?`,
  choose: "Choose",
  sent: "All kept attempts have been sent.",
  sendNow: "Send now",
};

export type Words = typeof words;
