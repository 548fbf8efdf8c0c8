/**
 * Password hashes made elsewhere: accounts that move in keep their passwords, and their hashes are replaced at the
 * next login.
 *
 * @module
 */

export { bcryptVerifier } from "./bcrypt_verifier.ts";
export type { BcryptCompare, BcryptVerifierOptions } from "./bcrypt_verifier.ts";
export { betterAuthVerifier } from "./better_auth_verifier.ts";
export { djangoArgon2Verifier } from "./django_argon2_verifier.ts";
export type { DjangoArgon2VerifierOptions } from "./django_argon2_verifier.ts";
export { djangoBcryptVerifier } from "./django_bcrypt_verifier.ts";
export type { DjangoBcryptVerifierOptions } from "./django_bcrypt_verifier.ts";
export { djangoPbkdf2Verifier } from "./django_pbkdf2_verifier.ts";
export { djangoScryptVerifier } from "./django_scrypt_verifier.ts";
export { firebaseVerifier } from "./firebase_verifier.ts";
export type { FirebaseVerifierOptions } from "./firebase_verifier.ts";
export type { HashVerifier, HashVerifierOptions } from "./hash_verifier.ts";
export { luciaVerifier } from "./lucia_verifier.ts";
export { pbkdf2Verifier } from "./pbkdf2_verifier.ts";
export { scryptVerifier } from "./scrypt_verifier.ts";
export { VerifierChain } from "./verifier_chain.ts";
export { werkzeugVerifier } from "./werkzeug_verifier.ts";
