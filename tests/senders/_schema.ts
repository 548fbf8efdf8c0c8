/** As much of JSON Schema as the services' published schemas need; what is not listed in `properties` is refused. */
export interface Schema {
  readonly type?: "string" | "boolean" | "integer" | "object" | "array";
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  /** For members that are not in `properties`. */
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly oneOf?: readonly Schema[];
}

/**
 * Compares a value with a schema.
 *
 * @param value parsed JSON
 * @param schema what it should be
 * @returns one line for each place where it is not
 */
export function schemaViolations(value: unknown, schema: Schema, at = "$"): string[] {
  if (schema.oneOf !== undefined) {
    const fitting = schema.oneOf.filter((each) => schemaViolations(value, each, at).length === 0);
    return fitting.length === 1 ? [] : [`${at} fits ${fitting.length} of the alternatives`];
  }
  if (schema.type !== undefined && typeOf(value) !== schema.type) return [`${at} is no ${schema.type}`];
  if (typeof value === "string") return stringViolations(value, schema, at);
  if (Array.isArray(value)) {
    const { items = {}, minItems = 0, maxItems = Infinity } = schema;
    const isCounted = value.length >= minItems && value.length <= maxItems;
    const inner = value.flatMap((item, index) => schemaViolations(item, items, `${at}[${index}]`));
    return [...(isCounted ? [] : [`${at} has ${value.length} items`]), ...inner];
  }
  if (typeof value === "object" && value !== null) return objectViolations(value, schema, at);
  return [];
}

function stringViolations(value: string, schema: Schema, at: string): string[] {
  const { minLength = 0, maxLength = Infinity, pattern = "", enum: values = [value] } = schema;
  const isFit = value.length >= minLength && value.length <= maxLength &&
    new RegExp(pattern, "u").test(value) && values.includes(value);
  return isFit ? [] : [`${at} is not as it should be`];
}

function objectViolations(value: object, schema: Schema, at: string): string[] {
  const { required = [], properties = {}, additionalProperties } = schema;
  const missing = required.filter((name) => !Object.hasOwn(value, name)).map((name) =>
    `${at}.${name} is missing`
  );
  const inner = Object.entries(value).flatMap(([name, member]) => {
    const own = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    return own === undefined ? [`${at}.${name} is unknown`] : schemaViolations(member, own, `${at}.${name}`);
  });
  return [...missing, ...inner];
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}
