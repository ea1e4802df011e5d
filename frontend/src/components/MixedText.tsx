/** Text with Japanese in it. Its Japanese parts get `lang="ja"`, so that the browser doesn't pick Chinese glyphs. */
export function MixedText({ text }: { text: string }) {
  return (
    <>
      {text.split(/([\u3000-\u9fff\u{20000}-\u{2ffff}]+)/u).map((part, i) =>
        i % 2 ? (
          <span key={i} lang="ja">
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </>
  );
}
