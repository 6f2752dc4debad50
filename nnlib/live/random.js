// NumPy's default_rng: SeedSequence, PCG64 (XSL-RR), and what is drawn from them, bit by bit.

function words(entropy) {
  return entropy.flatMap((n) => (n < 2 ** 32 ? [n] : [n >>> 0, Math.floor(n / 2 ** 32)]));
}

// The 8 numbers of 32 bits that SeedSequence(entropy).generate_state gives
function seedSequence(entropy) {
  let h = 0x43b0d7e5;
  const hash = (v) => {
    v ^= h;
    h = Math.imul(h, 0x931e8875);
    v = Math.imul(v, h);
    return v ^ (v >>> 16);
  };
  const mix = (x, y) => {
    const r = (Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)) | 0;
    return r ^ (r >>> 16);
  };
  const given = words(entropy);
  const pool = [0, 1, 2, 3].map((i) => hash(given[i] ?? 0));
  for (let s = 0; s < 4; s++)
    for (let d = 0; d < 4; d++) if (s !== d) pool[d] = mix(pool[d], hash(pool[s]));
  for (const w of given.slice(4)) for (let d = 0; d < 4; d++) pool[d] = mix(pool[d], hash(w));
  h = 0x8b51f9dd;
  return Array.from({ length: 8 }, (_, i) => {
    let v = pool[i % 4] ^ h;
    h = Math.imul(h, 0x58f38ded);
    v = Math.imul(v, h);
    return (v ^ (v >>> 16)) >>> 0;
  });
}

// Numbers whose bits stand in hex, each in 16 digits
function numbers(hex) {
  const bits = new DataView(new ArrayBuffer(hex.length / 2));
  for (let i = 0; i < hex.length; i += 8) bits.setUint32(i / 2, parseInt(hex.slice(i, i + 8), 16));
  return Float64Array.from({ length: hex.length / 16 }, (_, i) => bits.getFloat64(8 * i));
}

const WIDTHS = numbers(ZIGGURAT.w);
const INNER = Float64Array.from(WIDTHS, (w, i) =>
  ZIGGURAT.k[i] ?? Math.floor(WIDTHS[i - 1] / w * 2 ** 52) + ZIGGURAT.corrections[i - 2]);
const DENSITIES = WIDTHS.map((w, i) => (i ? Math.exp(-0.5 * (w * 2 ** 52) ** 2) : 1));

// The upper 32 bits of a product of two unsigned numbers of 32 bits
function high(a, b) {
  const a0 = a & 0xffff, a1 = a >>> 16, b0 = b & 0xffff, b1 = b >>> 16;
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  return (a1 * b1 + (middle >>> 16) + (((middle & 0xffff) + a0 * b1) >>> 16)) >>> 0;
}

const low = (a, b) => Math.imul(a, b) >>> 0;

// Numbers of 128 bits are four of 32, the lowest first.
function generator(...entropy) {
  const [M0, M1, M2, M3] = [0x9fccf645, 0x4385df64, 0x1fc65da4, 0x2360ed05];
  const seeds = seedSequence(entropy);
  const c = [seeds[6], seeds[7], seeds[4], seeds[5]];
  const inc = c.map((v, i) => ((v << 1) | (i ? c[i - 1] >>> 31 : 1)) >>> 0);
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0, spare = -1, upper = 0;
  const add = (b) => {
    const t0 = s0 + b[0], t1 = s1 + b[1] + (t0 > 0xffffffff), t2 = s2 + b[2] + (t1 > 0xffffffff);
    s0 = t0 >>> 0, s1 = t1 >>> 0, s2 = t2 >>> 0;
    s3 = (s3 + b[3] + (t2 > 0xffffffff)) >>> 0;
  };
  const step = () => {
    const t1 = high(s0, M0) + low(s0, M1) + low(s1, M0);
    const t2 = high(s0, M1) + high(s1, M0) + low(s0, M2) + low(s1, M1) + low(s2, M0)
      + Math.floor(t1 / 2 ** 32);
    const t3 = high(s0, M2) + high(s1, M1) + high(s2, M0) + low(s0, M3) + low(s1, M2)
      + low(s2, M1) + low(s3, M0) + Math.floor(t2 / 2 ** 32);
    s0 = low(s0, M0), s1 = t1 >>> 0, s2 = t2 >>> 0, s3 = t3 >>> 0;
    add(inc);
  };
  step();
  add([seeds[2], seeds[3], seeds[0], seeds[1]]);
  step();
  // The next 64 bits: the lower 32, and the upper ones in `upper`
  function next() {
    step();
    let a = s2 ^ s0, b = s3 ^ s1, r = s3 >>> 26;
    if (r >= 32) [a, b] = [b, a];
    r &= 31;
    upper = (r ? (b >>> r) | (a << (32 - r)) : b) >>> 0;
    return (r ? (a >>> r) | (b << (32 - r)) : a) >>> 0;
  }
  function next32() {
    if (spare >= 0) {
      const value = spare;
      spare = -1;
      return value;
    }
    const value = next();
    spare = upper;
    return value;
  }
  function uniform() {
    const lower = next();
    return (upper * 2 ** 21 + (lower >>> 11)) * 2 ** -53;
  }
  function permutation(n) {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const mask = 2 ** (32 - Math.clz32(i)) - 1;
      let j;
      do j = (next32() & mask) >>> 0; while (j > i);
      const kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    return order;
  }
  // The ziggurat of Marsaglia and Tsang, with NumPy's tables
  function normal() {
    const k = INNER, w = WIDTHS, f = DENSITIES, { r, inverse } = ZIGGURAT;
    for (;;) {
      const lower = next(), layer = lower & 255;
      const size = (upper & 0x1fffffff) * 2 ** 23 + (lower >>> 9);
      const x = lower & 256 ? -(size * w[layer]) : size * w[layer];
      if (size < k[layer]) return x;
      // The tail, 1 of 3700 numbers. Logarithms of browsers and C libraries differ in the last bit in
      // 1 of 1400 places; adding r hides that but for, about, one normal number in forty million.
      if (layer === 0) {
        for (;;) {
          const a = -inverse * Math.log1p(-uniform()), b = -Math.log1p(-uniform());
          if (b + b > a * a) return lower & 0x20000 ? -(r + a) : r + a;
        }
      }
      if ((f[layer - 1] - f[layer]) * uniform() + f[layer] < Math.exp(-0.5 * x * x)) return x;
    }
  }
  return { uniform, permutation, normal };
}
