//! `t2v graph` as a user meets it.

use std::fs;

use serde_json::{Value, json};

use crate::common::{Project, TWO_SCENES};

#[test]
fn graphviz_gets_scenes_and_what_waits_for_what() {
    let expected = r##"digraph t2v {
  rankdir=LR;
  node [shape=box, style="rounded,filled", fontname="sans-serif"];
  subgraph cluster_0 { label="one";
    n0 [label="speech/1 ≈ 0.20 s", tooltip="scene:one/speech/1: would run: new", fillcolor="#fdeac2"];
    n1 [label="picture … ≈ 0.11 s", tooltip="scene:one/timing: not known yet", fillcolor="#ffffff"];
  }
  subgraph cluster_1 { label="two";
    n2 [label="transition …", tooltip="scene:two/transition/timing: not known yet", fillcolor="#ffffff"];
    n4 [label="still ≈ 0.10 s", tooltip="scene:two/still: would run: new", fillcolor="#fdeac2"];
    n5 [label="picture/1 ≈ 0.10 s", tooltip="scene:two/picture/1: would run: new", fillcolor="#fdeac2"];
  }
    n3 [label="sound, film …", tooltip="film/timing: not known yet", fillcolor="#ffffff"];
  n0 -> n1;
  n1 -> n2;
  n2 -> n3;
}
"##;
    let run = Project::new(TWO_SCENES).run(&["graph", "--format", "dot"]).ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), (expected, ""));
}

#[test]
fn markdown_gets_a_diagram_of_what_is_there() {
    let project = Project::new(TWO_SCENES);
    project.build(&[]);
    let diagram = project.run(&["graph", "--format", "mermaid"]).ok().stdout;
    let (drawn, styles) = diagram.split_once("  classDef ").unwrap();
    let expected = r#"flowchart LR
  subgraph s0["one"]
    n0("speech/1"):::reused
    n1("still"):::reused
    n2("picture/head"):::reused
    n3("picture/1"):::reused
  end
  subgraph s1["two"]
    n4("still"):::reused
    n5("picture/1"):::reused
  end
    n6("sound"):::reused
    n7("mux"):::reused
    n8("description"):::reused
    n9("srt"):::reused
    n10("vtt"):::reused
    n11("thumbnail"):::reused
  n0 --> n1
  n0 --> n2
  n0 --> n3
  n0 --> n6
  n2 --> n7
  n3 --> n7
  n5 --> n7
  n6 --> n7
  n0 --> n8
  n0 --> n9
  n0 --> n10
  n0 --> n11
"#;
    assert_eq!(drawn, expected);
    assert_eq!(styles.lines().count(), 5, "a style for each state: {styles}");
}

#[test]
fn a_program_gets_all_steps() {
    let run = Project::new(TWO_SCENES).run(&["graph", "--format", "json"]).ok();
    let graph: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&graph["film"], &graph["scenes"]), (&json!("out/video.mp4"), &json!(["one", "two"])));
    let steps = graph["steps"].as_array().unwrap();
    let told: Vec<Value> =
        steps.iter().map(|step| json!([step["name"], step["status"], step["why"], step["waits_for"]])).collect();
    let expected = json!([
        ["scene:one/speech/1", "would-run", "new", []],
        ["scene:one/timing", "unknown", null, ["scene:one/speech/1"]],
        ["scene:two/transition/timing", "unknown", null, ["scene:one/timing"]],
        ["film/timing", "unknown", null, ["scene:two/transition/timing"]],
        ["scene:two/still", "would-run", "new", []],
        ["scene:two/picture/1", "would-run", "new", []],
    ]);
    assert_eq!(Value::from(told), expected);
}

#[test]
fn a_drawing_goes_into_a_file() {
    let project = Project::new(TWO_SCENES);
    let run = project.run(&["graph", "-o", "graph.svg"]).ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("graph.svg\n", ""));
    let drawing = fs::read_to_string(project.path("graph.svg")).unwrap();
    assert!(drawing.starts_with("<svg ") && drawing.contains("<title>out/video.mp4</title>"), "{drawing}");
    assert_eq!(project.run(&["graph"]).ok().stdout, drawing);
}

/// With more than a dozen scenes, each is one node until it is asked for.
#[test]
fn of_many_scenes_those_are_open_that_are_asked_for() {
    let scenes: String =
        (1..=13).map(|i| format!("  - {{ id: s{i}, length: 1s, show: {{ colour: black }} }}\n")).collect();
    let project = Project::new(&format!("output: {{ size: 160x90, quality: draft }}\nscenes:\n{scenes}"));
    for (expand, open) in [(&[][..], 0), (&["--expand", "s2", "--expand", "s5"], 2), (&["--expand", "all"], 13)] {
        let drawn = project.run(&[&["graph", "--format", "dot"], expand].concat()).ok().stdout;
        assert_eq!(drawn.matches("subgraph").count(), open, "{expand:?}: {drawn}");
    }
}

#[test]
fn a_graph_of_what_is_not_there_is_refused() {
    let project = Project::new(TWO_SCENES);
    let wrong: [(&[&str], i32, &str); 4] = [
        (&["--expand", "three"], 2, "t2v: error: there is no scene `three` (there are one, two)\n"),
        (&["--format", "pdf"], 2, "[possible values: svg, dot, mermaid, json]"),
        (&["nowhere.yaml"], 2, "nowhere.yaml"),
        (&["-o", "nowhere/graph.svg"], 1, "t2v: error: `nowhere/graph.svg` can't be written: "),
    ];
    for (arguments, code, told) in wrong {
        let run = project.run(&[&["graph"], arguments].concat());
        assert_eq!((run.code, run.stdout.as_str()), (Some(code), ""), "{run:?}");
        assert!(run.stderr.contains(told), "{run:?}");
    }
}
