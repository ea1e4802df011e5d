/** What the marks sound like: a bowl bell for the flower, a block of wood for the others. */

import type { MarkName } from "../marks";

interface Struck {
  /** Of the lowest partial, Hz. */
  tone: number;
  /** Each partial's frequency, as a multiple of the lowest one's, and its strength from 0 to 1. */
  partials: readonly (readonly [multiple: number, strength: number])[];
  /** Until the lowest partial has died away, s; the higher ones are sooner gone. */
  lasts: number;
}

/** Neither a bowl's partials nor a block's are harmonic: that makes the one ring and the other knock. */
const bowl = (tone: number): Struck => ({
  tone,
  lasts: 2.5,
  partials: [
    [1, 1],
    [2.7, 0.45],
    [5.1, 0.2],
  ],
});
const block = (tone: number): Struck => ({
  tone,
  lasts: 0.16,
  partials: [
    [1, 1],
    [2.6, 0.3],
  ],
});

/** One after the other, this far apart, s. */
const BETWEEN = 0.14;
const SOUNDS: Record<MarkName, readonly Struck[]> = {
  flower: [bowl(620)],
  double: [block(740), block(740)],
  circle: [block(620)],
  triangle: [block(440)],
};
/** Quiet enough for a shared room; 1 is as loud as the device is set. */
const LOUDNESS = 0.12;
/** So long a stroke's start takes, s: an instant one clicks. */
const ATTACK = 0.004;

let audio: AudioContext | undefined;

export function strike(mark: MarkName): void {
  audio ??= new AudioContext();
  const now = audio.currentTime + 0.02;
  for (const [i, struck] of SOUNDS[mark].entries()) ring(audio, struck, now + i * BETWEEN);
}

function ring(context: AudioContext, { tone, partials, lasts }: Struck, at: number): void {
  for (const [multiple, strength] of partials) {
    const end = at + lasts / Math.sqrt(multiple);
    const swell = new GainNode(context, { gain: 0 });
    swell.gain.setValueAtTime(0, at);
    swell.gain.linearRampToValueAtTime(LOUDNESS * strength, at + ATTACK);
    swell.gain.exponentialRampToValueAtTime(0.0001, end);
    const partial = new OscillatorNode(context, { frequency: tone * multiple });
    partial.connect(swell).connect(context.destination);
    partial.start(at);
    partial.stop(end);
  }
}
