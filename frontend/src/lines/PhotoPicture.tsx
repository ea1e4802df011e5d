import { useEffect, useRef } from "preact/hooks";
import { words as common } from "../words";
import type { Line } from "./api";
import { selected } from "./lines";
import { words } from "./words";

/** The photograph, with a button around each character that was found in it. */
export function PhotoPicture({ picture, shown }: { picture: HTMLCanvasElement; shown: Line }) {
  const sheet = useRef<HTMLDivElement>(null);
  useEffect(() => {
    picture.setAttribute("role", "img");
    picture.ariaLabel = common.photo;
    sheet.current?.prepend(picture);
  }, [picture]);
  return (
    <div ref={sheet} class="line-photo" style={{ "--aspect": picture.width / picture.height }}>
      {shown.characters.map(
        ({ position, read_as: readAs, box }, i) =>
          box && (
            <button
              key={position}
              type="button"
              style={boxStyle(box)}
              aria-pressed={selected.value === i}
              aria-label={words.inPhoto(position, readAs)}
              onClick={() => {
                selected.value = i;
              }}
            />
          ),
      )}
    </div>
  );
}

const boxStyle = ([left, top, width, height]: readonly [number, number, number, number]) => ({
  left: `${100 * left}%`,
  top: `${100 * top}%`,
  width: `${100 * width}%`,
  height: `${100 * height}%`,
});
