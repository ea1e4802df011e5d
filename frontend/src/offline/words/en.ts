export const words = {
  offline: "No connection. You can go on writing: what you score is kept here and read later.",
  kept: (count: number) =>
    count === 1
      ? "1 writing is kept here. It is sent as soon as there is a connection."
      : `${count} writings are kept here. They are sent, in order, as soon as there is a connection.`,
  sending: (count: number) => (count === 1 ? "Sending 1 writing…" : `Sending ${count} writings…`),
  lost: (count: number) =>
    count === 1
      ? "1 writing hasn’t been sent yet. If you sign out now, it is lost."
      : `${count} writings haven’t been sent yet. If you sign out now, they are lost.`,
  anothers: (count: number) =>
    count === 1
      ? "1 writing is kept here until its writer signs in again."
      : `${count} writings are kept here until their writer signs in again.`,
  signIn: "Sign in",
  sentAnybodys: "What was written here before you signed in is sent.",
  claim: "Was it you?",
  refused: (why: string) => `A writing that was kept here couldn’t be taken: ${why}`,
  sent: "All that was kept here is sent.",
  sendNow: "Send now",
};

export type Words = typeof words;
