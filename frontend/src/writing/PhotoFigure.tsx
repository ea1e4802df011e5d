import { words } from "../words";

/** The photograph of an attempt, and why it has no score for its strokes. */
export function PhotoFigure({ address }: { address: string }) {
  return (
    <figure class="photo">
      <img src={address} alt={words.photo} />
      <figcaption class="quiet">{words.photoMeans}</figcaption>
    </figure>
  );
}
