/**
 * An object with some methods of a port replaced. All else, getters included, stays as it is and is asked for
 * when it is needed; what the object has beside its port stays too.
 */
export function overlay<Port extends object, Model extends Port>(
  model: Model,
  methods: Partial<Port>,
): Model {
  return new Proxy(model, {
    get: (target, key) => Reflect.get(Object.hasOwn(methods, key) ? methods : target, key),
  });
}
