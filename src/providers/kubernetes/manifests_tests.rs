//! Manifests: what may stand in a folder, and what values do to it.

use std::path::PathBuf;

use serde_json::json;

use super::*;

struct Folder(PathBuf);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let mut random = [0_u8; 8];
        getrandom::fill(&mut random).expect("randomness");
        let path = std::env::temp_dir().join(format!("hearth-manifests-{}", hex::encode(random)));
        std::fs::create_dir_all(&path).expect("a folder");
        for (name, text) in files {
            std::fs::write(path.join(name), text).expect("a file");
        }
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that stays behind harms no other test.
        let _removed = std::fs::remove_dir_all(&self.0);
    }
}

fn order(parameters: &[(&str, &str)]) -> Order {
    Order {
        op_key: "0198".to_owned(),
        definition: String::new(),
        installation: "here".to_owned(),
        name: "pr-42".to_owned(),
        revision: Some("1.0".to_owned()),
        target: None,
        parameters: parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        labels: [("team".to_owned(), "player".to_owned())].into(),
        plan: None,
    }
}

const WEB: &str = r#"
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec: { rules: [ { host: "{name}.example.org" } ] }
---
# Nothing but a comment.
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: "{parameter.replicas:integer}"
  template:
    spec:
      containers: [ { name: web, image: "shop/web:{revision}", args: ["{unknown}", "{parameter.size}"] } ]
"#;

#[test]
fn values_are_filled_into_text_values_only_and_in_the_order_of_dependency() {
    let folder = Folder::new(&[
        ("b.yaml", WEB),
        (
            "a.yml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { '{name}': plain }\n",
        ),
        ("notes.txt", "no manifest"),
    ]);
    // A value that would be YAML of its own if it were pasted into the text.
    let evil = "x\", privileged: true, y: \"{name}";
    let manifests = render(
        &folder.0,
        &order(&[("replicas", "3"), ("size", evil)]),
        "ns",
    )
    .expect("good");
    let titles: Vec<_> = manifests.iter().map(Manifest::title).collect();
    assert_eq!(
        titles,
        ["ConfigMap settings", "Deployment web", "Ingress web"]
    );
    assert_eq!(manifests[0].object["data"], json!({ "{name}": "plain" }));
    let deployment = &manifests[1].object;
    assert_eq!(deployment["spec"]["replicas"], 3);
    let pod = &deployment["spec"]["template"]["spec"];
    assert_eq!(
        pod["containers"],
        json!([{ "name": "web", "image": "shop/web:1.0", "args": ["{unknown}", evil] }])
    );
    assert_eq!(pod["automountServiceAccountToken"], false);
    assert_eq!(
        deployment["metadata"]["labels"]["app.kubernetes.io/managed-by"],
        "hearth"
    );
    assert_eq!(
        manifests[2].object["spec"]["rules"][0]["host"],
        "pr-42.example.org"
    );
}

#[test]
fn a_value_that_is_missing_or_does_not_fit_is_named_with_its_place() {
    let folder = Folder::new(&[("web.yaml", WEB)]);
    for (parameters, reason) in [
        (
            &[][..],
            "web.yaml, object 2: there is no value for `{parameter.replicas}`",
        ),
        (
            &[("replicas", "many")][..],
            "web.yaml, object 2: the value of `{parameter.replicas}` is no integer",
        ),
        (
            &[("replicas", "1"), ("size", "a\nb")][..],
            "web.yaml, object 2: the value of `{parameter.size}` holds control characters",
        ),
    ] {
        let failure = render(&folder.0, &order(parameters), "ns").expect_err("a fault");
        assert_eq!(
            failure.to_string(),
            format!("the engine refuses what was asked for: {reason}")
        );
    }
}

#[test]
fn what_no_environment_may_hold_is_a_fault() {
    let object = |api: &str, kind: &str, rest: &str| {
        format!("apiVersion: {api}\nkind: {kind}\nmetadata: {{ name: x }}\n{rest}")
    };
    let pod = |text: &str| {
        object(
            "apps/v1",
            "Deployment",
            &format!("spec: {{ template: {{ spec: {{ {text} }} }} }}"),
        )
    };
    for (text, reason) in [
        (
            object("v1", "Namespace", ""),
            "is not a kind that an environment may hold",
        ),
        (
            object("rbac.authorization.k8s.io/v1", "RoleBinding", ""),
            "is not a kind",
        ),
        (object("apps/v1", "DaemonSet", ""), "is not a kind"),
        (
            object("extensions/v1beta1", "Deployment", ""),
            "is not a kind",
        ),
        (
            "apiVersion: v1\nkind: Service\n".to_owned(),
            "has no `metadata.name`",
        ),
        (
            "apiVersion: v1\nkind: Service\nmetadata: { name: hearth-allow-all }\n".to_owned(),
            "are Hearth's own",
        ),
        (
            "apiVersion: v1\nkind: Service\nmetadata: { name: x, namespace: kube-system }\n"
                .to_owned(),
            "names a namespace",
        ),
        (pod("automountServiceAccountToken: true"), "ask for a token"),
        (pod("serviceAccountName: admin"), "name a service account"),
        (
            object("v1", "ConfigMap", "data: { a: \"v{revision:integer}\" }"),
            "must stand alone",
        ),
        ("a: [".to_owned(), "is no YAML"),
        ("just text".to_owned(), "is not a kind"),
        (String::new(), "there is no manifest"),
    ] {
        let found = faults(&Folder::new(&[("x.yaml", &text)]).0);
        assert!(
            found.len() == 1 && found[0].contains(reason),
            "{text}\n{found:?}"
        );
    }
    assert!(faults(&std::env::temp_dir().join("hearth-absent"))[0].contains("cannot be read"));
}

#[test]
fn the_shipped_example_is_good() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/kubernetes/preview");
    assert_eq!(faults(&folder), [""; 0]);
    assert_eq!(
        render(&folder, &order(&[("replicas", "2")]), "ns")
            .expect("good")
            .len(),
        3
    );
}
