import { words } from "../words";

/** The photograph of an attempt. */
export const Photograph = ({ address }: { address: string }) => (
  <img class="photo" src={address} alt={words.photo} />
);
