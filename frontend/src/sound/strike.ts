/** The sounds of the marks: a singing bowl for the flower, a wood block for the others. */

import type { Mark } from "../marks";

interface Strike {
  /** Frequency of the lowest partial, Hz. */
  tone: number;
  /** Each partial's frequency as a multiple of the lowest one's, and its amplitude, 0 to 1. */
  partials: readonly (readonly [multiple: number, amplitude: number])[];
  /** Time in which the lowest partial fades, s; higher ones fade faster. */
  duration: number;
}

/** Neither has harmonic partials, as real bowls and blocks don't. */
const bowl = (tone: number): Strike => ({
  tone,
  duration: 2.5,
  partials: [
    [1, 1],
    [2.7, 0.45],
    [5.1, 0.2],
  ],
});
const block = (tone: number): Strike => ({
  tone,
  duration: 0.16,
  partials: [
    [1, 1],
    [2.6, 0.3],
  ],
});

/** Time between two strikes, s. */
const INTERVAL = 0.14;
const SOUNDS: Record<Mark, readonly Strike[]> = {
  flower: [bowl(620)],
  double: [block(740), block(740)],
  circle: [block(620)],
  triangle: [block(440)],
};
/** Quiet enough for a shared room; 1 is full volume. */
const VOLUME = 0.12;
/** Time in which a sound swells, s; without it a click is heard. */
const ATTACK = 0.004;

let audio: AudioContext | undefined;

export function strike(mark: Mark): void {
  audio ??= new AudioContext();
  const now = audio.currentTime + 0.02;
  for (const [i, one] of SOUNDS[mark].entries()) ring(audio, one, now + i * INTERVAL);
}

function ring(context: AudioContext, { tone, partials, duration }: Strike, at: number): void {
  for (const [multiple, amplitude] of partials) {
    const end = at + duration / Math.sqrt(multiple);
    const swell = new GainNode(context, { gain: 0 });
    swell.gain.setValueAtTime(0, at);
    swell.gain.linearRampToValueAtTime(VOLUME * amplitude, at + ATTACK);
    swell.gain.exponentialRampToValueAtTime(0.0001, end);
    const partial = new OscillatorNode(context, { frequency: tone * multiple });
    partial.connect(swell).connect(context.destination);
    partial.start(at);
    partial.stop(end);
  }
}
