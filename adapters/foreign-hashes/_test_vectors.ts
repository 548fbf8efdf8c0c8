/** What an origin made of a password. */
export interface ForeignHash {
  /** The verifier that reads it. */
  readonly verifier: string;
  /** What computed it: a program, or a document. */
  readonly source: string;
  readonly password: string;
  readonly hash: string;
}

/** ASCII. */
export const PASSWORD = "correct horse battery staple";

/** Two, three and four bytes of UTF-8, composed. */
export const UNICODE = "p\u00e4ssw\u00f6rd \u043a\u043b\u044e\u0447 \u{1f511}";

/** Not in NFC. */
export const DECOMPOSED = "cafe\u0301 au lait";

/** Not in NFKC. */
export const COMPATIBILITY = "\ufb01fteen char word";

/** Of the same project as the example in the README of github.com/firebase/scrypt. */
export const FIREBASE_PROJECT = {
  signerKey: "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
  saltSeparator: "Bw==",
  rounds: 8,
  memoryCost: 14,
} as const;

/** A password of 76 bytes, by libxcrypt: only the first 72 of them count. */
export const BCRYPT_LONG = "$2b$04$abcdefghijklmnopqrstuuBzzIgyKkz7xMWYSzkIjUSnxEQFQ0WNe";

/** The hash of {@link PASSWORD} followed by the pepper "a pepper", by bcrypt 5.0.0. */
export const BCRYPT_PEPPERED = "$2a$04$SseUUPWt6k9uS3oGn3.BeOAXtIz7r8QxH4ocRTIRKN0VDaq6xMvH2";

interface Origin extends Pick<ForeignHash, "verifier" | "source"> {
  /** The password by the hash made of it. */
  readonly passwords: Readonly<Record<string, string>>;
}

const ORIGINS: readonly Origin[] = [
  {
    verifier: "bcrypt",
    source: "bcrypt 5.0.0",
    passwords: {
      "$2a$10$FklL2V29j0KQCC5u/f3ia.NCq1h2hIq/6sHAtv2y4vfgv.87zdFBa": PASSWORD,
      "$2b$10$WQbWqCZv2x9jBMkEkASGUe08cbUVJUBncZQRONcU3nCtVnGGTGFhi": PASSWORD,
      "$2a$04$M6TsuEfFxCLazP41jUQV/uyCdDsB7fXomVZ7q4Np14jDYs7yaDrz.": UNICODE,
      "$2b$04$HGHvNN0bsuQe7B9fl/eehePTLJt7Dclv7o2CFqD95HmEwXnu2ku/a": UNICODE,
      "$2a$04$ypbNSqmJpUUMNDLxh3eYEODehQHnFJvSx1/n2WNAbXrnejg8qmjmC": DECOMPOSED,
      "$2b$04$ASqDLyxGsBbDKjmN7rfz5OebPFtBbYtBx/s1I6i7ztsN0gpPoAH3O": DECOMPOSED,
    },
  },
  {
    verifier: "bcrypt",
    source: "libxcrypt",
    passwords: {
      "$2y$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG": PASSWORD,
      "$2y$04$abcdefghijklmnopqrstuuSUCJ8WfqZJwjfvhlK5ax7RtPvcjP0Nm": UNICODE,
      "$2y$04$abcdefghijklmnopqrstuu.oMTCQjdCbYvSW3IQEvGWmdb6wOIFXe": DECOMPOSED,
    },
  },
  {
    verifier: "django-argon2",
    source: "Django 5.2.19",
    passwords: {
      "argon2$argon2id$v=19$m=102400,t=2,p=8$ajBLMDhYUlVTc29EMDJYWWNWTDRBQw$I67JSKggZ96WsDu0Dj535PbtjftP3t0fbNpYeJDZ6kY":
        PASSWORD,
      "argon2$argon2id$v=19$m=1024,t=2,p=8$ODVmaWNLVGpWUTdWc1M4TVo2M09hRQ$ud7TNYMpp51+FiAEAZVgtie+aRPWC06wsMPfZGylkng":
        UNICODE,
      "argon2$argon2id$v=19$m=1024,t=2,p=8$VTBaSVBNSGk0b1NXdTdTZkxlcXFOMg$M6KJviwwN0C5Y/M48ahoV83Kq6udIWfzkDDRMMDkmP0":
        DECOMPOSED,
    },
  },
  {
    verifier: "django-bcrypt",
    source: "Django 5.2.19",
    passwords: {
      "bcrypt_sha256$$2b$04$iDv5Hcy.FPAwjQp0mUVKqeUHmeOtXX7s0IWvt5B.ePYLWM9IoyK66": PASSWORD,
      "bcrypt$$2b$04$OjgWjzVYha3EARluhKHrhOAi3E8mZ5HXAtwlKzX2mi.QYfyUY6cki": PASSWORD,
      "bcrypt_sha256$$2b$04$8oKTBreQnujRUM0jKwJj4u5PhnD3lNyx2XwzNwufXWVJrxQcnMdUy": UNICODE,
      "bcrypt$$2b$04$wRL6vo1pePuR2rXqY62WLOaw5qB2I6JeRRlAmjIU5jCzapSvWZWmq": UNICODE,
      "bcrypt_sha256$$2b$04$/WoKcgpTv2acMmc3FfcLD.6wVwO4rE4NbDPmmT07BM2G4iAz2S1vG": DECOMPOSED,
      "bcrypt$$2b$04$YnUlWjyAVtvODQS2sOqpCufPlwedaza7EY9T/c/p6w0bXpWJScmP2": DECOMPOSED,
    },
  },
  {
    verifier: "django-pbkdf2",
    source: "Django 5.2.19",
    passwords: {
      "pbkdf2_sha256$1000000$2ooTshazxjvKaOFxnm3hZC$4t8i/I0KoUcOC0LanWu/wJh8xD9AmlTr7sEXLmQAvU8=": PASSWORD,
      "pbkdf2_sha1$1000$wEv1saEd8Dbw9FW9E9nlc9$IRAoMVJvsMy3jGVlLJdYw38J1Ms=": PASSWORD,
      "pbkdf2_sha256$1000$0JwoQoZjGiPHAlTG61FZUX$AZKwqMhFYV6ahO2yC3l7/ZhrZFRwFFuJvDnSaK2j/GM=": UNICODE,
      "pbkdf2_sha1$1000$hEQdrCVMna73Tr3TsfjLqc$PWyjlWowP7wT7lB7w2fqwtXUGW4=": UNICODE,
      "pbkdf2_sha256$1000$LW91uSVP3PCUWRipO5Op2A$W7o7ZBDDe+ht5QKlTreB2eg+BnPlMP2cE7iz55DdlaM=": DECOMPOSED,
      "pbkdf2_sha1$1000$HHUnlQpB0MFNm8YNlia70s$agUcjPVxTO72Sm3dJtsHkiiiUnA=": DECOMPOSED,
    },
  },
  {
    verifier: "django-scrypt",
    source: "Django 5.2.19",
    passwords: {
      "scrypt$16384$39k1m7K4yOV3ujd0QNrA5E$8$5$SnXPa3LiynPKHT4YSyDkOrEciAONwub+L/3V9oqE1+FPrYVOn/XejI5zHkfE7KDlQ1eCI+akaQzpTTLxi3DM3w==":
        PASSWORD,
      "scrypt$1024$xmunbraMFr5UgMRSpnOkkl$8$5$0SDZjLpcpdz55tAqMth5OVsTxO7/BnHeRwYxoU0JCRHTyiCmxrKu/QPf/ajLTnDWNtZgT9MNv72Ok58/Bl+dlA==":
        UNICODE,
      "scrypt$1024$1rp3nigbrKWh9kNlwHd4bI$8$5$IRVnuABzOz1IgZsUFi6A4j3oiE2HTEzuuxbPEMO61P3ME7rYeruhRD6fMa3R4+U1+di4ncwy4J4kZXmYKQf+Ow==":
        DECOMPOSED,
    },
  },
  {
    verifier: "better-auth",
    source: "@better-auth/utils 0.5.1",
    passwords: {
      "87d3253600f8accaf54d45dee39c4175:d354849eff3b6b6c84aba0a668f0315cd2be66c5ab18126e579941299fb4a4eb8abbaf1f2bae2875b3810ddc877bb141fa7b1954b72fa1e96c5f688003b4e86e":
        PASSWORD,
      "bf014270efa7cbd1eab5de973d9ff64b:9977f343278e670cf453d6cac86876ca062dedde187910eb9c9edbc11954e1455e5c2d43e88b2127c194aa1802fa4fe79f8345031f836a29de42b5cddac9fd87":
        UNICODE,
      "5264eb5b4afab081d2415f3aac0a86dc:9654b059b94fd4236612c3b90bf2e872304022af1f53cc1edfafa149f93df5232fa91b1f67b0dd87c939cf751bd041f8eb6ab05ad4dd46dd925bd9ca3ecfe336":
        DECOMPOSED,
      "f39b6fac8fd73c54898c06f0961a9933:6d0ad9b54255205cf6bc2054eead87b7317e3c400199332a075d0ca66170e539799663b5ac63eaccc43ee7f8a9729a64b2a6232f752226d75c62690523574a5d":
        COMPATIBILITY,
    },
  },
  {
    verifier: "better-auth",
    source: "oslo 1.2.1",
    passwords: {
      "46747b500c97e85f4b9c301738028a11:eb17fe2d0ba0d688a1dc18058b0e61066133110964e8c421afab4927952bf659bcc2e5754e5dbf6cfd9b2f6aae42fd4d8b86375587b299e7f9ebe7c15931a0e4":
        PASSWORD,
      "af6b04fa955023e76b04f03351e7b37c:290995ac962cb4c4ee5975a65efee5be12a43b70752142ccde9b71e633af195fdca23921a406001b7ab5f3981ce828340de797e4df97eabac0bcd1dbf0b66210":
        DECOMPOSED,
    },
  },
  {
    verifier: "lucia",
    source: "lucia 2.7.7",
    passwords: {
      "s2:p29sjm99skhx1m8x:6b16725dcec85560f5b13bd84f755dccd58c4bb96363e079fb25ce10ce400965b26dfd084c3837066605ec55a1ffdcd19581ab11e4da4e518fe05ef76c24a30f":
        PASSWORD,
      "s2:xx7k3sr9el3hu4yp:5dd81469b4b93658a41f1bfe114e3deab36fb4151e4b6f34f283bfe445c3ce3764f5b0c2cc32ac3a039733f6c01d42fa72db553454a500d658e08c9af1c1e8e1":
        UNICODE,
      "s2:i2wc65s9p4rsbb7g:c0a64d7c01323cf0bbbc6cd87c53899e67f2f8519433b5786a82c82af8f25934bdd6b7b8de6f15c4997f3e69455d9b4f3ce5297720c0ee941785df9e10a2e12a":
        DECOMPOSED,
      "s2:50ceyeuiktljtn2q:2fcd677f01af28dccceb8ec8e53dfcca379f07b2207d16c7d2a8ae06d3649089eb66ffd03a9aa88583e7246405717b64d3b5d5de4ad4e3665db8b59d61481aa3":
        COMPATIBILITY,
    },
  },
  {
    verifier: "firebase",
    source: "README of github.com/firebase/scrypt",
    passwords: {
      "$firebase-scrypt$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==":
        "user1password",
    },
  },
  {
    verifier: "firebase",
    source: "hashlib and cryptography 50.0.2",
    passwords: {
      "$firebase-scrypt$AAECAwQFBgcICQoLDA0ODw==$ultFagi40ixtK6FSEeMV175pZFl7HIegoh3/DBV+uUXsGThsdFdDEoI7x+GZiJBv38OSTXyUIP/nL7QfRzMvBg==":
        UNICODE,
    },
  },
  {
    verifier: "firebase",
    source: "the same in the alphabet for addresses",
    passwords: {
      "$firebase-scrypt$AAECAwQFBgcICQoLDA0ODw==$ultFagi40ixtK6FSEeMV175pZFl7HIegoh3_DBV-uUXsGThsdFdDEoI7x-GZiJBv38OSTXyUIP_nL7QfRzMvBg==":
        UNICODE,
    },
  },
  {
    verifier: "pbkdf2",
    source: "passlib 1.7.4",
    passwords: {
      "$pbkdf2-sha256$29000$8v6/txbinHPO.V9r7T2HEA$ll1cJiQ7Uwczs7Q60xEI11oszYcViZ1.kPql/a2jVHY": PASSWORD,
      "$pbkdf2-sha512$2500$EmKMEYKwNiZECOGcUwqBMA$GKZlnuLOD/TPOqkbOGVMbg73gX9fCnY.JzquzJsEGPXp7AslPhAUYWfaq2LA.S6adsmFu6o5li4valuHZjIFew":
        PASSWORD,
      "$pbkdf2$1310$0ppT6p0TIkSo1RpDaG2N8Q$6HpM7yCihh8wxfWspQjKqpcBomw": PASSWORD,
      "$pbkdf2-sha256$1000$KgUAYOyds3ZOaa1Vam0N4Q$MIK539Tmh7nG8/OOG7//0WGW6jwrOwzHAdicOkxXATM": UNICODE,
      "$pbkdf2-sha512$2500$KGUMwRijdK5VSknpHUOIsQ$n.BqSolsevwugwj0b9o9ocbaYDBYZfKpP1Xhvom3QCadYpGugwGMcMNJdOW3Y3LUuOcJ7dUX/ttPBGPO9bPSCA":
        UNICODE,
      "$pbkdf2$1310$/Z.zdg4h5Jyz1przvjdGqA$JejJ5Q8xYFSdyp6myh6rgjV0JnU": UNICODE,
      "$pbkdf2-sha256$1000$c865VwpBqDUmZOy9txaCUA$Vr5gxIos65tb40CgExtM8/V291UXxs7.82d/rviaGo0": DECOMPOSED,
      "$pbkdf2-sha512$2500$EgKgFOIcw1iLEQIAYEwp5Q$H6k5lmhNcAmL4P7PVxj3tCe3KXTURP.g60tVIT/Wde0Hqm06JXofCxHfM2p3MOQvwmOJPZpn4xX4CHf2XJnX8g":
        DECOMPOSED,
      "$pbkdf2$1310$lVKqldKak7JWCmHsnXMOIQ$L3QVU9taQLjdJnQcJqGmqa8m5Pg": DECOMPOSED,
    },
  },
  {
    verifier: "pbkdf2",
    source: "hashlib of CPython 3.11",
    passwords: {
      "$pbkdf2-sha256$i=2000,l=32$AAECAwQFBgcICQoLDA0ODw$dHrv0WO6TTplluvGUzKcNCpMnnwd8jlNMK5NBd+OAA4":
        PASSWORD,
      "$pbkdf2-sha512$i=2000,l=32$AAECAwQFBgcICQoLDA0ODw$+X48vYmR2mMJfFymnu1uM9/WxueLy+2NapZFLrFIijs":
        PASSWORD,
      "$pbkdf2-sha256$i=2000,l=32$AQIDBAUGBwgJCgsMDQ4PEA$wau/AecspIYI2EmHyHe4K1pKO9fKd4jnC4yyfUjxBYQ":
        UNICODE,
      "$pbkdf2-sha512$i=2000,l=32$AQIDBAUGBwgJCgsMDQ4PEA$04skRvbV2998QSjxNUnIBU7gidvvZvF7JeDrryVKjaU":
        UNICODE,
      "$pbkdf2-sha256$i=2000,l=32$AgMEBQYHCAkKCwwNDg8QEQ$DZ6MWaRtX75utF52dDG2oaRbrHIvwAn55exUOT57Om0":
        DECOMPOSED,
      "$pbkdf2-sha512$i=2000,l=32$AgMEBQYHCAkKCwwNDg8QEQ$1wyzGOtlJnyNn/aewt2INd2HsYuiSEQkwc23Mp9Q+bA":
        DECOMPOSED,
    },
  },
  {
    verifier: "pbkdf2",
    source: "RFC 6070, 2",
    passwords: {
      "$pbkdf2$1$c2FsdA$DGDID5YfDnHzqbUkr2ASBi/gN6Y": "password",
      "$pbkdf2$2$c2FsdA$6mwBTcctb4zNHtkqzh1B8NjeiVc": "password",
      "$pbkdf2$4096$c2FsdA$SwB5AbdlSJq+rUnZJvch0GWkKcE": "password",
    },
  },
  {
    verifier: "pbkdf2",
    source: "RFC 7914, 11",
    passwords: {
      "$pbkdf2-sha256$i=1,l=64$c2FsdA$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLxJypzM8Xm2RZkWZLOdd+8xfHG4RbHjC9UJESBB06GXgw":
        "passwd",
      "$pbkdf2-sha256$i=80000,l=64$TmFDbA$TdzY9guYviGDDO5e8icB+WQaRBjQTAQUrv8Ih2s0q1ah1CWhIlgzVJrbhBtRybMXaicr3ruh0HhHj2Kzl/M8jQ":
        "Password",
    },
  },
  {
    verifier: "scrypt",
    source: "passlib 1.7.4",
    passwords: {
      "$scrypt$ln=14,r=8,p=1$I6T0Xuu99/6/N0aI0frfew$Qn6BlETqHQyWpOJr/u2IDcLd3ik+MsJuiRlijMAG7HU": PASSWORD,
      "$scrypt$ln=10,r=8,p=2$1TpHCKE0BoCwFsL4vxcCYA$4QmjOKDHghNZUdlvcM7X5mWvhIqkmF+ELl2rDdM+qg4": UNICODE,
      "$scrypt$ln=8,r=8,p=1$hBAiRKg1RqgVAuA8p3TOmQ$erCoydatEKg37NnWZDxf65Zvdr0I4ADDViwjewd7G50": DECOMPOSED,
    },
  },
  {
    verifier: "scrypt",
    source: "RFC 7914, 12",
    passwords: {
      "$scrypt$ln=10,r=8,p=16$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWIurzDZLiKjiG/xCSedmDDaxyevuUqD7m2DYMvfoswGQA":
        "password",
      "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw":
        "pleaseletmein",
    },
  },
  {
    verifier: "werkzeug",
    source: "Werkzeug 3.1.9",
    passwords: {
      "scrypt:32768:8:1$Y6h4vPmQsIuJhCM7$804c8db7f8d3602072a207bfd2a0bae779b373eb7d142c8eab7c84ec158564e7e4374a6fe8f230e5374a14b9fe9eda817eb0c59bb9b93866328b93b114b9a54d":
        PASSWORD,
      "pbkdf2:sha256:1000$0fwWJKbIvr9qNSNl$b0adb01c12632bf9978da89f8ec68b9ea2ce65bd31997c8100582061e7c4f38e":
        PASSWORD,
      "pbkdf2:sha512:1000$jdNYVTJQCtrt6S9E$17567685361c75927d274d6a404a385df8188d991e9e6577d493fb0a410b9bdb36274f98e22a2d2174b5c4b4b4db8a20c1be649d7fc5dbcf88e8e3a81fd7e927":
        PASSWORD,
      "pbkdf2:sha1:1000$SEsVFCdozR8ydmwY$12c77841319e4162dfc533a444147e074cd8bf9a": PASSWORD,
      "scrypt:1024:8:1$7SIKmn3pJF0hEG86$7d2361079a636da09a3d673221d19fcc27f2d8c56ad4b0803c18c00d68753c6601812c93f276601e0119dd2db950586ad7aa540a8eb72a8cf2f77ca4eb08eea7":
        UNICODE,
      "pbkdf2:sha256:1000$TtrqkjJaRiQsDOTk$0c03ba0a2b463d656ed468373cb316645b299ecef0068dff5fd9671876f5f5e6":
        UNICODE,
      "pbkdf2:sha512:1000$xdJ1w0bndNem7vBV$6c8d8bad27aff77e73d89c916118c6f326ca50f3bebf77d9aefff356bf899d5c8ae597be7a243c27ac5ecfce72735abb60889d57476e277df5a0ac63e6b33c8b":
        UNICODE,
      "pbkdf2:sha1:1000$asPtGfhwLVohRDOQ$a3e0838e48a5713034056934521e5f3ff2816539": UNICODE,
      "scrypt:1024:8:1$qiq4YCBD9KJuapzz$9fa1df43364fb1f9eef0f99a84992ecb893aa6aa8b84c5c3d27c5c67a588adbe7c3aea1f769dec5cdea35726288a6e177350e458b1f7f719f9a1ea9b815a5ce5":
        DECOMPOSED,
      "pbkdf2:sha256:1000$16gTGrlZeUnFjD0q$1633424851bf00f9bf73417184d5e0b9eb2e8f5754e59809e89ec69e816bee3d":
        DECOMPOSED,
      "pbkdf2:sha512:1000$wwoQZ5wMf8mEKQEz$686638c0bc69122c1e7c4e7bb3c80e8c051802165a057870a31608faca5d092085a9afbc938d84abb163836c4b72a2cb145d009b9c61d305ba94d03ca5d5ec8e":
        DECOMPOSED,
      "pbkdf2:sha1:1000$u0dXgiTn8f8yIV2N$2000736b4da98ed44b368bf9460edd728778e816": DECOMPOSED,
    },
  },
];

/** Made by the originals, all of them. */
export const FOREIGN_HASHES: readonly ForeignHash[] = ORIGINS.flatMap(({ verifier, source, passwords }) =>
  Object.entries(passwords).map(([hash, password]) => ({ verifier, source, password, hash }))
);
