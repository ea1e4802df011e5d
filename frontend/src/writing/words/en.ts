/** The texts of the result on the writing page, in English. The other languages have the same keys. */

import type { Attempt } from "../../api";

const either = new Intl.ListFormat("en", { type: "disjunction" });
const listed = (characters: readonly string[]): string => either.format(characters);

export const words = {
  // What to do next
  tryAgain: "Try again",
  seeItWritten: "See it written",
  notThis: (character: string) => `Not ${character}?`,

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
  overLegend: "The reference in red, fitted to the size of your character",

  // Earlier attempts
  earlier: "Your earlier attempts",
  first: "First",
  best: "Best",
  latest: "Latest",
  earlierScore: (labels: readonly string[], legibility: number) => `${labels.join(" · ")}: ${legibility}`,

  // A friend's challenge
  challenge: (legibility: number, toBeat: number) => {
    if (legibility > toBeat) return `You beat the challenge: ${legibility} to ${toBeat}.`;
    return legibility === toBeat
      ? `A draw: ${toBeat} each.`
      : `${legibility} so far. ${toBeat} is the score to beat.`;
  },
  challengeBack: "Copy a link that challenges back",
  copied: "Copied.",

  // Typing a character
  offers: "Characters that fit",

  // Candidates
  unknownText: "These are the closest matches. Did you mean one of them?",
  candidate: (character: string, legibility: number) => `${character}, would score ${legibility}`,
  lookalike: (character: string, of: string, legibility: number) =>
    `${character}, looks like ${of}, would score ${legibility}`,
  other: "Another character",
  otherButton: "Choose",

  // The score
  meant: "You meant",
  howToWrite: "How to write it",
  exemplarScore: (legibility: number) => `Written by hand, score ${legibility}`,
  moreAbout: (character: string) => `More about ${character}`,
  delete: "Delete",

  // Examples
  offerExemplar: "Show as an example",
  offerExemplarMeans:
    "Once a curator has approved it, others see it on the character’s page, without your name. You can withdraw it at any time.",
  withdrawExemplar: "Withdraw",
  exemplarStates: {
    offered: "Offered as an example. A curator will review it.",
    approved: "Shown to others as an example.",
    refused: "A curator decided not to show this as an example. Others don’t see it.",
  } satisfies Record<NonNullable<Attempt["exemplar"]>, string>,
};

export type Words = typeof words;
