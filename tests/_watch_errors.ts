import type { Life } from "./_harness.ts";

/** A life whose harbor tells of every rejection, those that its caller swallows included. */
export function watchErrors(life: Life, onError: (error: unknown) => void): Life {
  return Object.create(life, { harbor: { value: watch(life.harbor, onError) } });
}

function watch<Target extends object>(target: Target, onError: (error: unknown) => void): Target {
  return new Proxy(target, {
    get(_, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member === "object" && member !== null) {
        // What is frozen has to be answered as it is, so the copy is watched.
        return watch({ ...member }, onError);
      }
      if (typeof member !== "function") return member;
      return async (...args: unknown[]) => {
        try {
          return await Reflect.apply(member, target, args);
        } catch (error) {
          onError(error);
          throw error;
        }
      };
    },
  });
}
