import { readFile } from "node:fs/promises";

/** argon2id's modules, compiled: with SIMD as on Cloudflare Workers, and without. */
export async function compileArgon2idModules(): Promise<
  Readonly<Record<"simd" | "noSimd", WebAssembly.Module>>
> {
  const compile = async (name: string) => {
    const file = await readFile(new URL(import.meta.resolve(`argon2id/dist/${name}.wasm`)));
    return await WebAssembly.compile(new Uint8Array(file));
  };
  return { simd: await compile("simd"), noSimd: await compile("no-simd") };
}
