// What a document's origin stores, out and in. Runs in a page; `serializer` writes values that JSON cannot.
(serializer) => {
  const asked = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  const plain = (value) => {
    try {
      return JSON.stringify(value) === JSON.stringify(serializer.decode(serializer.encode(value), [])) && isJson(value);
    } catch {
      return false;
    }
  };

  const isJson = (value) => {
    if (value === null || ['string', 'boolean'].includes(typeof value)) return true;
    if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
    if (Array.isArray(value)) return value.every(isJson);
    return typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isJson);
  };

  const kept = (name, value) => (plain(value) ? { [name]: value } : { [`${name}Encoded`]: serializer.encode(value) });
  const given = (record, name) => (record[`${name}Encoded`] === undefined ? record[name] : serializer.decode(record[`${name}Encoded`], []));
  const pathOf = (path) => (Array.isArray(path) ? { keyPathArray: path } : path === null ? {} : { keyPath: path });
  const givenPath = ({ keyPath, keyPathArray }) => keyPathArray ?? keyPath ?? null;

  const readStore = async (store) => {
    const [keys, values] = await Promise.all([asked(store.getAllKeys()), asked(store.getAll())]);
    const records = values.map((value, index) => ({ ...(store.keyPath === null ? kept('key', keys[index]) : {}), ...kept('value', value) }));
    const indexes = [...store.indexNames].map((name) => {
      const index = store.index(name);
      return { name, ...pathOf(index.keyPath), multiEntry: index.multiEntry, unique: index.unique };
    });
    return { name: store.name, ...pathOf(store.keyPath), autoIncrement: store.autoIncrement, records, indexes };
  };

  const readDatabase = async ({ name, version }) => {
    const database = await asked(indexedDB.open(name));
    const names = [...database.objectStoreNames];
    const work = names.length > 0 ? database.transaction(names, 'readonly') : undefined;
    const stores = await Promise.all(names.map((store) => readStore(work.objectStore(store))));
    database.close();
    return { name, version, stores };
  };

  const makeStores = (database, stores) => {
    for (const store of stores) {
      const made = database.createObjectStore(store.name, { keyPath: givenPath(store), autoIncrement: store.autoIncrement });
      for (const index of store.indexes) made.createIndex(index.name, givenPath(index), { multiEntry: index.multiEntry, unique: index.unique });
    }
  };

  const writeDatabase = async ({ name, version, stores }) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => makeStores(request.result, stores);
    const database = await asked(request);
    if (stores.length > 0) {
      const work = database.transaction(stores.map((store) => store.name), 'readwrite');
      for (const { name: store, keyPath, keyPathArray, records } of stores) {
        const inline = keyPath !== undefined || keyPathArray !== undefined;
        for (const record of records) work.objectStore(store).put(given(record, 'value'), inline ? undefined : given(record, 'key'));
      }
      await new Promise((resolve, reject) => {
        work.oncomplete = resolve;
        work.onabort = () => reject(work.error);
      });
    }
    database.close();
  };

  return {
    async read(withDatabases) {
      const localStorage = Object.keys(window.localStorage).map((name) => ({ name, value: window.localStorage.getItem(name) }));
      const databases = withDatabases ? await indexedDB.databases() : [];
      return { localStorage, indexedDB: await Promise.all(databases.map(readDatabase)) };
    },

    async write({ localStorage, indexedDB: databases }) {
      window.localStorage.clear();
      for (const { name, value } of localStorage) window.localStorage.setItem(name, value);
      for (const { name } of await indexedDB.databases()) await asked(indexedDB.deleteDatabase(name));
      for (const database of databases) await writeDatabase(database);
    },
  };
}
