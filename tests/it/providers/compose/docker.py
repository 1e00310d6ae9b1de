#!/usr/bin/env python3
"""A stand-in for docker that knows exactly the options of Docker's documentation that the profile compose uses,
and refuses every other one. It runs nothing: containers, volumes and networks are records. It reads compose files
that are written as JSON, which is YAML. What an image is called says what becomes of its container:
`missing` cannot be pulled, `crash` exits, `sick` stays unhealthy, `slow` never becomes healthy, `job` ends well."""
import fcntl, json, os, re, sys, time

ROOT = os.environ["STAND_IN"]
STATE = os.path.join(ROOT, "state.json")


class State:
    def __enter__(self):
        self.lock = open(os.path.join(ROOT, "lock"), "w")
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        empty = {"containers": [], "volumes": [], "networks": [], "made": 0}
        self.it = json.load(open(STATE)) if os.path.exists(STATE) else empty
        return self.it

    def __exit__(self, *_):
        json.dump(self.it, open(STATE + ".new", "w"))
        os.rename(STATE + ".new", STATE)
        self.lock.close()


def fail(text, code=1):
    sys.stderr.write(text + "\n")
    sys.exit(code)


def options(words, flags, values, many=()):
    """Options first, then the rest; an unknown one is refused as docker refuses it."""
    found, rest = {}, []
    words = list(words)
    while words:
        word = words.pop(0)
        if word in flags:
            found[word] = True
        elif word in values or word in many:
            if not words:
                fail("flag needs an argument: " + word, 125)
            if word in many:
                found.setdefault(word, []).append(words.pop(0))
            else:
                found[word] = words.pop(0)
        elif word.startswith("-"):
            fail("unknown flag: " + word, 125)
        else:
            rest.append(word)
    return found, rest


def interpolated(value):
    if isinstance(value, dict):
        return {key: interpolated(one) for key, one in value.items()}
    if isinstance(value, list):
        return [interpolated(one) for one in value]
    if not isinstance(value, str):
        return value

    def fill(found):
        if found.group(0) == "$$":
            return "$$"
        name, operator, rest = found.group(1), found.group(2), found.group(3)
        given = os.environ.get(name, "")
        if operator == ":?" and not given:
            fail("required variable %s is missing a value: %s" % (name, rest))
        return given or (rest if operator == ":-" else "")

    return re.sub(r"\$\$|\$\{(\w+)(?:(:-|:\?)([^}]*))?\}", fill, value)


def mount(text, folder):
    if not isinstance(text, str):
        return text
    source, target = text.split(":", 1)
    if source.startswith((".", "/")):
        return {"type": "bind", "source": os.path.normpath(os.path.join(folder, source)), "target": target,
                "bind": {"create_host_path": True}}
    return {"type": "volume", "source": source, "target": target, "volume": {}}


def resolved(asked):
    try:
        model = json.load(open(asked["--file"]))
    except ValueError as fault:
        fail("yaml: " + str(fault))
    model = interpolated(model)
    folder = asked["--project-directory"]
    for service in model.get("services", {}).values():
        service.setdefault("command", None)
        service.setdefault("entrypoint", None)
        service.setdefault("networks", {"default": None})
        service["volumes"] = [mount(one, folder) for one in service.get("volumes", [])]
        service["ports"] = [
            {"mode": "ingress", "target": int(one.split(":")[-1]), "published": one.split(":")[0], "protocol": "tcp"}
            if isinstance(one, str) else one for one in service.get("ports", [])]
    model["name"] = asked["--project-name"]
    model.setdefault("networks", {}).setdefault("default", {"name": asked["--project-name"] + "_default", "ipam": {}})
    return model


def labels_of(asked, one, service=None):
    labels = dict(one.get("labels", {}))
    labels["com.docker.compose.project"] = asked["--project-name"]
    if service:
        labels["com.docker.compose.service"] = service
    return labels


def mine(state, asked):
    project = asked["--project-name"]
    return [one for one in state["containers"] if one["labels"]["com.docker.compose.project"] == project]


def up(asked, words):
    found, rest = options(words, {"--detach", "--wait", "--remove-orphans", "--no-recreate", "--no-build", "--build"},
                          {"--wait-timeout"})
    if rest or "--detach" not in found or "--wait" not in found:
        fail("the stand-in wants up --detach --wait")
    int(found["--wait-timeout"])
    model = resolved(asked)
    for name, service in model["services"].items():
        if "missing" in service["image"]:
            fail("Error response from daemon: manifest for %s not found: manifest unknown" % service["image"])
    bad = None
    with State() as state:
        for kind in ("volumes", "networks"):
            for one in model.get(kind, {}).values():
                if not any(other["name"] == one["name"] for other in state[kind]):
                    state[kind].append({"name": one["name"], "labels": labels_of(asked, one)})
        for name, service in model["services"].items():
            old = [one for one in mine(state, asked) if one["labels"]["com.docker.compose.service"] == name]
            container = old[0] if old else {"id": "%064x" % (state["made"] + 1)}
            if not old:
                state["made"] += 1
                state["containers"].append(container)
            container["labels"] = labels_of(asked, service, name)
            # Each start takes another port, as docker does where none is asked for.
            state["made"] += 1
            container["ports"] = {str(port["target"]): "%s:%d" % (port["host_ip"], 40000 + state["made"])
                                  for port in service.get("ports", [])}
            image = service["image"]
            container["state"], container["status"] = "running", "Up 1 second (healthy)"
            if "crash" in image:
                container["state"], container["status"] = "exited", "Exited (1) 1 second ago"
                bad = "container %s-%s-1 exited (1)" % (asked["--project-name"], name)
            elif "job" in image:
                container["state"], container["status"] = "exited", "Exited (0) 1 second ago"
            elif "sick" in image:
                container["status"] = "Up 1 second (unhealthy)"
                bad = "container %s-%s-1 is unhealthy" % (asked["--project-name"], name)
    sys.stderr.write(" Container started\n")
    if any("slow" in service["image"] for service in model["services"].values()):
        time.sleep(int(found["--wait-timeout"]))
        fail("application not healthy after %ss" % found["--wait-timeout"])
    if bad:
        fail(bad)


def compose(words):
    if words[:1] == ["version"]:
        found, rest = options(words[1:], {"--short"}, set())
        if os.path.exists(os.path.join(ROOT, "no-plugin")):
            fail("docker: 'compose' is not a docker command.")
        print(open(os.path.join(ROOT, "version")).read() if os.path.exists(os.path.join(ROOT, "version")) else "2.39.4")
        return
    asked = {}
    words = list(words)
    known = ("--ansi", "--progress", "--project-name", "--project-directory", "--env-file", "--file")
    while words and words[0] in known:
        key = words.pop(0)
        asked[key] = words.pop(0)
    if set(asked) != set(known):
        fail("the stand-in wants all of " + " ".join(known))
    if asked["--ansi"] not in ("never", "always", "auto"):
        fail("unknown ansi mode")
    if asked["--progress"] not in ("auto", "tty", "plain", "json", "quiet"):
        fail("unsupported --progress value")
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", asked["--project-name"]):
        fail("invalid project name")
    for place in ("--project-directory", "--env-file", "--file"):
        if not os.path.exists(asked[place]):
            fail("open %s: no such file or directory" % asked[place])
    task, words = words[0], words[1:]
    if task == "config":
        found, rest = options(words, set(), {"--format"})
        if rest or found.get("--format") != "json":
            fail("the stand-in wants config --format json")
        print(json.dumps(resolved(asked), indent=2))
        return
    engine()
    if task == "up":
        up(asked, words)
    elif task == "port":
        found, rest = options(words, set(), {"--protocol", "--index"})
        with State() as state:
            for one in mine(state, asked):
                if one["labels"]["com.docker.compose.service"] == rest[0] and one["state"] == "running":
                    print(one["ports"][rest[1]])
                    return
        fail("no container found for service %r" % rest[0])
    elif task == "logs":
        found, rest = options(words, {"--no-color", "--no-log-prefix"}, {"--tail"})
        lines = ["web-1  | line %d" % n for n in range(1, 4)]
        print("\n".join(lines[-int(found["--tail"]):]))
    elif task == "stop":
        options(words, set(), {"--timeout"})
        with State() as state:
            for one in mine(state, asked):
                one["state"], one["status"] = "exited", "Exited (137) 1 second ago"
    elif task == "down":
        found, rest = options(words, {"--volumes", "--remove-orphans"}, {"--timeout", "--rmi"})
        if found.get("--rmi") not in (None, "local", "all"):
            fail("invalid value for --rmi")
        project = asked["--project-name"]
        kinds = ["containers", "networks"] + (["volumes"] if "--volumes" in found else [])
        with State() as state:
            for kind in kinds:
                state[kind] = [one for one in state[kind]
                               if one["labels"]["com.docker.compose.project"] != project]
    else:
        fail("unknown docker command: compose " + task)


def engine():
    if os.path.exists(os.path.join(ROOT, "no-engine")):
        fail("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?")


def shown(one, form):
    def fill(found):
        if found.group(1):
            return one["labels"].get(found.group(1), "")
        return {"State": one.get("state"), "Status": one.get("status"), "Name": one.get("name")}[found.group(2)]

    return re.sub(r'\{\{\.(?:Label "([^"]+)"|(\w+))\}\}', fill, form)


def listed(kind, words):
    flags = {"--all", "--no-trunc", "--quiet"} if kind == "containers" else {"--quiet"}
    found, rest = options(words, flags, {"--format"}, {"--filter"})
    if rest:
        fail("accepts no arguments")
    with State() as state:
        for one in state[kind]:
            fits = True
            for word in found.get("--filter", []):
                if not word.startswith("label="):
                    fail("invalid filter")
                key, value = word[len("label="):].split("=", 1)
                fits = fits and one["labels"].get(key) == value
            if fits:
                print(one["id"] if "--quiet" in found else shown(one, found["--format"]))


def main(words):
    with open(os.path.join(ROOT, "calls"), "a") as calls:
        calls.write(json.dumps(words) + "\n")
    if words[0] == "compose":
        return compose(words[1:])
    if words[0] == "version":
        options(words[1:], set(), {"--format"})
        engine()
        return print("28.2.2")
    engine()
    if words[0] == "ps":
        return listed("containers", words[1:])
    if words[:2] in (["volume", "ls"], ["network", "ls"]):
        return listed(words[0] + "s", words[2:])
    if words[:2] in (["volume", "rm"], ["network", "rm"]):
        with State() as state:
            kind = words[0] + "s"
            state[kind] = [one for one in state[kind] if one["name"] not in words[2:]]
        return
    if words[0] == "rm":
        found, rest = options(words[1:], {"--force", "--volumes"}, set())
        with State() as state:
            state["containers"] = [one for one in state["containers"] if one["id"] not in rest]
        return
    fail("docker: unknown command: docker " + words[0])


main(sys.argv[1:])
