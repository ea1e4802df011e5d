/** The texts about photographs, in English. The other languages have the same keys. */

export const words = {
  /** Why a photograph wasn't scored, by the API's error code. */
  refusals: {
    unreachable: "No connection. A photograph can’t be kept for later: try again once you are online.",
    not_a_picture: "This file is not a picture that your browser can open. Choose a JPEG, PNG or WebP.",
    nothing_written:
      "No handwriting was found in the picture. Photograph one character from close up, in even light.",
    several_characters:
      "The picture shows more than one character. Crop it to the one you mean, or take another picture.",
    unreadable_image: "The picture is damaged. Take or choose another one.",
    unknown_image_format: "The picture is not a JPEG, PNG or WebP. Save it as one of these.",
    too_large: "The picture is too large. Crop it to the character.",
    too_many_pixels: "The picture is too large. Crop it to the character.",
    too_many_pixels_for_format: "The picture is too large. Crop it to the character.",
    too_many_images: "Many pictures are being read at the moment. Try again in a few seconds.",
    storage_unavailable: "Pictures can’t be stored at the moment. Try again in a minute.",
    overloaded: "The site is busy. Try again in a few seconds.",
    throttled: "Too many photographs. Wait a minute, then try again.",
  },
  whichOne: "Which character?",
  choose: "The picture shows more than one character. Choose the one to score.",
  /** The number counts from 1, as the server found them. */
  box: (number: number, all: number) => `Character ${number} of ${all}`,
  cancel: "Cancel",
};

export type Words = typeof words;
