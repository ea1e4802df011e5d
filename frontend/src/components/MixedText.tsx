/** Text with Japanese in it: each run of it in a Japanese face, not the Chinese one that the browser might pick. */
export function Mixed({ text }: { text: string }) {
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
