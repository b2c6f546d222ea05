/** The rule as the API server can judge it: what a workload shows by itself (detect.ts and alone.ts say the same in TypeScript). */
import { POD_VARIABLES, any, bind, literal, regex } from "../../../core/cel";
import type { CelRendering, CelVariable } from "../../../core/policy";
import {
  ANY_CASE,
  BARE_FILE,
  DATA_SOURCE,
  FILE_URL,
  IMAGE,
  KIND_NAME,
  LONGEST,
  OFF,
  PROGRAM,
  SQLITE_KIND,
  URL,
  URL_SCHEME,
} from "./patterns";
import type { SqliteParams } from "./params";
import { DEVICE_SOURCES, NETWORK_DRIVERS, NETWORK_SOURCES } from "./volumes";

/*
 * What one text tells is written as one text: "" nothing, "m" a database in memory, "?" a database somewhere, "f/data/a.db" a
 * database in that file, "a/..." the same where the path may be relative, "b/..." a path alone that looks like a database.
 */

const is = (text: string, pattern: string) => `${text}.matches(${regex(pattern)})`;
const isAny = (text: string, pattern: string) => is(text, ANY_CASE + pattern);

/** Of what follows the scheme, `r`. */
const place = bind(
  "p",
  "r.split('?')[0]",
  `(p == '' || p == '//' || ${isAny("r", ":memory:|mode=memory")}) ? 'm' : ` +
    `(${is("p", "^///[.][.]?/")} || ${is("p", "^//[^/]")} || !p.startsWith('/')) ? '?' : ` +
    `(${is("p", "^///[^/]")} ? 'a' : 'f') + '/' + p.find(${regex("(?s)[^/].*$")})`,
);
const placeOf = (rest: string) => bind("r", rest, place);
const isReadOnly = `t.contains('?') && ${isAny("t.substring(t.indexOf('?'))", "[?&](mode=ro|immutable=1)\\b")}`;
const dataSource = bind(
  "d",
  `t.find(${regex(ANY_CASE + DATA_SOURCE)})`,
  `d.substring(size(d.find(${regex(`${ANY_CASE}^;?\\s*(?:data source|filename)\\s*=\\s*`)}))).replace(';', '').trim()`,
);

/** Of a text, `t`. */
const connection =
  `size(t) > ${LONGEST} ? '' : ` +
  `${isAny("t", URL)} ? ${placeOf(`t.substring(size(t.find(${regex(ANY_CASE + URL_SCHEME)})))`)} : ` +
  `${isAny("t", FILE_URL)} ? (${isReadOnly} ? '' : ${placeOf("t.substring(5)")}) : ` +
  `${isAny("t", DATA_SOURCE)} ? ${placeOf(dataSource)} : ''`;

/** Of a variable's name and value, `e.name` and `t`. */
const namesSqlite =
  `(${isAny("e.name", KIND_NAME)} && ${isAny("(size(t) > 100 ? t.substring(0, 100) : t)", SQLITE_KIND)}) ? '?' : ` +
  `(!${isAny("e.name", "SQLITE")} || ${isAny("e.name", "VERSION$")} || ${isAny("t.trim()", OFF)}) ? '' : ` +
  `t == ':memory:' ? 'm' : (t.startsWith('/') && size(t) <= ${LONGEST}) ? 'f' + t : '?'`;

const mounts = "c.?volumeMounts.orValue([])";
const pathOf = (mount: string) => `${mount}.?mountPath.orValue('').find(${regex("(?s)^.*[^/]")})`;
const holds = (mount: string, file: string) => `${bind("h", pathOf(mount), `${file} == h || ${file}.startsWith(h + '/')`)}`;

/** Of a path alone, `t`: it counts where it lies on a volume. */
const databaseFile = `(size(t) <= ${LONGEST} && ${isAny("t", BARE_FILE)} && ${mounts}.exists(m, ${holds("m", "t")})) ? 'b' + t : ''`;

const first = (...signals: string[]) =>
  signals.reduceRight((rest, signal) => bind("s", signal, `s != '' ? s : ${rest === "''" ? rest : `(${rest})`}`), "''");

const variables =
  "c.?env.orValue([]).filter(e, e.?name.orValue('') != '' && e.?value.hasValue())" +
  `.map(e, ${bind("t", "string(e.value)", first(connection, namesSqlite, databaseFile))})`;

/** The words of an argument, `i`; `--db=/data/a.db` counts for what follows the sign. */
const words = bind(
  "w",
  `['\\t', '\\n', '\\v', '\\f', '\\r', '"', "'"].exists(x, i.contains(x)) ? i.replace('\\t', ' ').replace('\\n', ' ').replace('\\v', ' ').replace('\\f', ' ').replace('\\r', ' ').replace('"', ' ').replace("'", ' ') : i`,
  `size(i) > ${16 * LONGEST} ? [] : w.split(' ').map(x, ${is("x", "^(?:--?[a-zA-Z0-9_.-]+|[A-Za-z_][a-zA-Z0-9_]*)=")} ? x.substring(x.indexOf('=') + 1) : x)`,
);
const commandLine =
  "(c.?command.orValue([]) + c.?args.orValue([]))" +
  `.map(i, ${bind(
    "ws",
    words,
    bind(
      "found",
      `ws.map(t, ${first(connection, databaseFile)}).filter(s, s != '')`,
      `size(found) > 0 ? found : ws.exists(x, ${is("x", PROGRAM)}) ? ['?'] : []`,
    ),
  )})`;

const isSqliteImage = is("c.?image.orValue('')", IMAGE);
const isMemoryOnly = (list: string) =>
  `${list}.exists(s, s == 'm') && !${list}.exists(s, s.startsWith('f') || s.startsWith('a') || s.startsWith('b'))`;

const writable = `${mounts}.filter(m, !m.?readOnly.orValue(false) && m.?mountPath.orValue('') != '' && m.?name.orValue('') != '')`;
const writtenBy = `variables.lasting.filter(v, ${writable}.exists(m, m.name == v))`;

/** The volumes, one after the other, that outlive a pod and that a database without a path may lie on; `/` for none. */
const somewhere = bind("vs", writtenBy, `size(vs) > 0 ? vs.join(' ') : size(${writable}) > 0 ? '' : '/'`);

/** The volumes that a signal, `s`, speaks of; `/` for the container's own layer; empty for what nobody has to protect. */
const outcome =
  `(s == '' || s == 'm') ? '' : s == '?' ? ${somewhere} : ` +
  bind(
    "ms",
    `${mounts}.filter(m, ${holds("m", "s.substring(1)")})`,
    `size(ms) == 0 ? (s.startsWith('a') ? ${somewhere} : '/') : ` +
      bind(
        "best",
        `ms.filter(m, ms.all(o, size(${pathOf("o")}) <= size(${pathOf("m")})))[0]`,
        "(!best.?readOnly.orValue(false) && best.?name.orValue('') in variables.lasting) ? best.name : ''",
      ),
  );
const outcomes = (list: string) => `${list}.map(s, ${outcome}).join(' ')`;

const templates = "(object.kind == 'StatefulSet' ? object.?spec.?volumeClaimTemplates.orValue([]) : [])";
const isOwn = "v.?ephemeral.?volumeClaimTemplate.?spec.hasValue()";
const isNetwork = any(
  ...NETWORK_SOURCES.map((source) => `v.?${source}.hasValue()`),
  isAny("v.?csi.?driver.orValue('')", NETWORK_DRIVERS),
);
const isDevice = any(...DEVICE_SOURCES.map((source) => `v.?${source}.hasValue()`));
const marked = (map: string) => `${map}.exists(k, ${is("k", "(^|/)single-writer$")} && ${map}[k] == 'true')`;
const podMetadata =
  "(object.kind == 'Pod' ? object.?metadata : object.kind == 'PodTemplate' ? object.?template.?metadata : object.kind == 'CronJob' ? object.?spec.?jobTemplate.?spec.?template.?metadata : object.?spec.?template.?metadata)";

/** `variables.owns`, whether the workload keeps SQLite where it lasts, and `variables.volumes`, where. */
export const OWNER_VARIABLES: readonly CelVariable[] = [
  ...POD_VARIABLES,
  {
    name: "declared",
    expression: any(
      ...["object.?metadata", podMetadata].flatMap((metadata) =>
        ["labels", "annotations"].map((key) => marked(`${metadata}.?${key}.orValue({})`)),
      ),
    ),
  },
  {
    name: "lasting",
    expression:
      `${templates}.map(t, t.?metadata.?name.orValue('')) + variables.pod.?volumes.orValue([]).filter(v, ` +
      "v.?persistentVolumeClaim.hasValue() ? !v.?persistentVolumeClaim.?readOnly.orValue(false) : " +
      `${isOwn} ? false : v.?hostPath.hasValue() || (${isNetwork}) || (${isDevice})).map(v, v.?name.orValue(''))`,
  },
  {
    name: "owned",
    expression: `variables.containers.map(c, ${bind(
      "found",
      variables,
      `(${isMemoryOnly("found")}) ? '' : ${outcomes("found")} + ' ' + ` +
        `${bind("lines", commandLine, `lines.map(l, ${outcomes("l")}).join(' ')`)} + ' ' + ` +
        `(${isSqliteImage} ? ${somewhere} : '')`,
    )}).join(' ').split(' ').filter(v, v != '')`,
  },
  { name: "owns", expression: "variables.declared || size(variables.owned) > 0" },
  {
    name: "volumes",
    expression: `variables.declared ? variables.lasting.filter(v, variables.containers.exists(c, ${writable}.exists(m, m.name == v))) : variables.owned.filter(v, v != '/')`,
  },
  {
    name: "network",
    expression: `variables.pod.?volumes.orValue([]).filter(v, !v.?persistentVolumeClaim.hasValue() && !(${isOwn}) && !v.?hostPath.hasValue() && (${isNetwork})).map(v, v.?name.orValue(''))`,
  },
];

const ALONE = ["DaemonSet", "ReplicaSet", "ReplicationController"];
const SCALED = ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"];
const keeps = "SQLite has one writer, and this workload keeps a database: it";
const ifOwner = (condition: string) => any("!variables.owns", condition);
const ifStored = (condition: string) => any("!variables.owns", "!variables.declared && size(variables.volumes) == 0", condition);

export const singleWriterCel: CelRendering<SqliteParams> = {
  beyond: "what only other objects show: ConfigMaps and claims, a second workload on the claim, an autoscaler's definition",
  scaling: {
    kinds: ["Deployment", "StatefulSet", "ReplicaSet"],
    single: "variables.owns",
    message: "SQLite has one writer, and this workload keeps a database. Fix: leave it at one replica",
  },
  variables: () => [...OWNER_VARIABLES],
  validations: ({ networkStorageClasses }) => [
    {
      expression: ifOwner(`!(object.kind in ${literal(ALONE)})`),
      message: `${keeps} is of a kind that starts one pod beside another. Fix: use a Deployment with strategy Recreate, or a StatefulSet, with one replica`,
    },
    {
      expression: ifStored("object.kind != 'Job'"),
      message: `${keeps} is a Job, which starts a new pod beside one that is still stopping. Fix: use a Deployment with strategy Recreate`,
    },
    {
      expression: ifStored("object.kind != 'CronJob' || object.?spec.?concurrencyPolicy.orValue('') == 'Forbid'"),
      message: `${keeps} is a CronJob whose runs may overlap. Fix: set concurrencyPolicy: Forbid`,
    },
    {
      expression: ifOwner(`!(object.kind in ${literal(SCALED)}) || object.?spec.?replicas.orValue(1) <= 1`),
      message: `${keeps} runs several replicas. Fix: set replicas: 1`,
    },
    {
      expression: ifOwner(
        "object.kind != 'Deployment' || object.?spec.?strategy.?type.orValue('') == 'Recreate' || " +
          `string(object.?spec.?strategy.?rollingUpdate.?maxSurge.orValue('')).matches(${regex("^0%?$")})`,
      ),
      message: `${keeps} updates by RollingUpdate, with two pods that write. Fix: set strategy: {type: Recreate}`,
    },
    {
      expression: ifOwner("!variables.volumes.exists(v, v in variables.network)"),
      message: `${keeps} lies on a network volume, whose locks SQLite cannot trust. Fix: use a local volume`,
    },
    {
      expression: ifOwner(
        `${templates}.filter(t, t.?metadata.?name.orValue('') in variables.volumes).all(t, !t.?spec.?accessModes.orValue([]).exists(m, m in ['ReadWriteMany', 'ReadOnlyMany']))`,
      ),
      message: `${keeps} has a claim template that several nodes may mount. Fix: use accessModes: [ReadWriteOncePod]`,
    },
    {
      expression: ifOwner(
        `${templates}.filter(t, t.?metadata.?name.orValue('') in variables.volumes).all(t, !t.?spec.?storageClassName.orValue('').matches(${literal(`(?i)${networkStorageClasses}`)}))`,
      ),
      message: `${keeps} has a claim template on a network file system, whose locks SQLite cannot trust. Fix: use a class with local or block storage`,
    },
  ],
};
