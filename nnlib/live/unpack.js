// Bytes that stand in a script as gzip. Each five characters are four bytes, as Python's
// base64.b85encode writes them, a sixteenth shorter than base64; for <, with which a page could mean
// more, stands a comma.
async function unpacked(text) {
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;,=>?@^_`{|}~";
  const view = new DataView(new ArrayBuffer(4 * Math.ceil(text.length / 5)));
  for (let i = 0; i < text.length; i += 5) {
    let number = 0;
    for (const character of text.slice(i, i + 5).padEnd(5, "~")) number = 85 * number + digits.indexOf(character);
    view.setUint32(0.8 * i, number);
  }
  const bytes = new Uint8Array(view.buffer, 0, Math.floor(0.8 * text.length));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
}
