/** A value of JSON; objects are maps, so that no key can be mistaken for a property of every object. */
export type LooseValue = string | number | boolean | null | LooseArray | LooseObject;
type LooseArray = readonly LooseValue[];
export type LooseObject = ReadonlyMap<string, LooseValue>;
