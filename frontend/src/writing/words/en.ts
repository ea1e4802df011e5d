/** The texts of the result on the writing page, in English. The other languages have the same keys. */

const either = new Intl.ListFormat("en", { type: "disjunction" });
const listed = (characters: readonly string[]): string => either.format(characters);

export const words = {
  // What to do next
  tryAgain: "Try again",
  seeItWritten: "See it written",
  notThis: (character: string) => `Not ${character}?`,
  keep: (character: string) => `It is ${character}`,

  // Another character was written
  readsAs: (characters: readonly string[], legibility: number) =>
    `This reads as ${listed(characters)} (${legibility}).`,
  didYouMean: (characters: readonly string[]) => `Did you mean ${listed(characters)}?`,
  yesMeant: (character: string) => `Yes, ${character}`,
  noMeant: (character: string) => `No, I meant ${character}`,
  otherScript: (script: string) => `You chose ${script}, so this character wasn’t expected.`,

  // See it written
  side: "Side by side",
  over: "Over yours",
  view: "View",
  yours: "Yours",
  replay: "Replay",
  previousStroke: "Previous stroke",
  nextStroke: "Next stroke",
  overLegend: "The model in red, fitted to the size of your character",

  // Earlier attempts
  earlier: "Your earlier attempts",
  first: "First",
  best: "Best",
  latest: "Latest",
  earlierScore: (labels: readonly string[], legibility: number) => `${labels.join(" · ")}: ${legibility}`,

  // Typing a character
  offers: "Characters that fit",
};

export type Words = typeof words;
