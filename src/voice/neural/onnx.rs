//! Networks of others, made ready for `rten`: operators it lacks are said in others, chance gets a seed, and the node that says how long
//! symbols sound is found. Knows nothing of voices.

use rten::{Model, ModelOptions};
use rten_onnx::onnx::{AttributeProto, AttributeType, GraphProto, ModelProto, NodeProto};

use super::NeuralError;

/// The seed of every random operator that has none.
const SEED: f32 = 1.0;

/// A network, and the name of the value that says how long each symbol sounds.
pub(super) struct Ready {
    pub model: Model,
    pub lengths: String,
}

/// Reads a network whose lengths come from an operator of type `rounds` (through a `Clip`, if there is one behind it).
pub(super) fn ready(bytes: &[u8], rounds: &str) -> Result<Ready, NeuralError> {
    let failed = |e: &dyn std::fmt::Display| NeuralError::Load(e.to_string());
    let mut proto = ModelProto::parse_buf(bytes).map_err(|e| failed(&e))?;
    let graph = proto.graph.as_mut().ok_or_else(|| failed(&"it is empty"))?;
    let lengths = lengths(graph, rounds).ok_or_else(|| failed(&"it does not tell how long each symbol sounds"))?;
    graph.node.iter_mut().for_each(seed);
    unfuse(graph)?;
    let bytes = proto.write_buf().map_err(|e| failed(&e))?;
    drop(proto);
    let model = ModelOptions::with_all_ops().load(bytes).map_err(|e| failed(&e))?;
    Ok(Ready { model, lengths })
}

fn is(node: &NodeProto, kind: &str) -> bool {
    node.op_type.as_deref() == Some(kind)
}

/// The value that the only operator of type `rounds` gives.
fn lengths(graph: &GraphProto, rounds: &str) -> Option<String> {
    let mut rounded = graph.node.iter().filter(|node| is(node, rounds));
    let (Some(only), None) = (rounded.next(), rounded.next()) else { return None };
    let value = only.output.first()?;
    let clip = graph.node.iter().find(|node| is(node, "Clip") && node.input.first() == Some(value));
    clip.map_or(Some(value), |clip| clip.output.first()).cloned()
}

/// Without a seed, every run would sound otherwise.
fn seed(node: &mut NodeProto) {
    let random = node.op_type.as_deref().is_some_and(|kind| kind.starts_with("Random"));
    if random && !node.attribute.iter().any(|a| a.name.as_deref() == Some("seed")) {
        node.attribute.push(AttributeProto {
            name: Some("seed".to_owned()),
            f: Some(SEED),
            r#type: Some(AttributeType::FLOAT),
            ..AttributeProto::default()
        });
    }
}

/// Says each `FusedMatMul`, a contribution of ONNX Runtime that `rten` does not read, as a `MatMul` of what is transposed before.
fn unfuse(graph: &mut GraphProto) -> Result<(), NeuralError> {
    let mut nodes = Vec::with_capacity(graph.node.len());
    for mut node in graph.node.drain(..) {
        if is(&node, "FusedMatMul") {
            let number = |name: &str| node.attribute.iter().find(|a| a.name.as_deref() == Some(name));
            let flag = |name: &str| number(name).and_then(|a| a.i).unwrap_or(0) != 0;
            let alpha = number("alpha").and_then(|a| a.f).unwrap_or(1.0);
            if flag("transBatchA") || flag("transBatchB") || alpha != 1.0 || node.input.len() != 2 {
                return Err(NeuralError::Load("it multiplies matrices in a way that is not supported".to_owned()));
            }
            for (side, flag) in [flag("transA"), flag("transB")].into_iter().enumerate() {
                nodes.extend(flag.then(|| transposed(&mut node.input[side], side)));
            }
            (node.op_type, node.domain) = (Some("MatMul".to_owned()), None);
            node.attribute.clear();
        }
        nodes.push(node);
    }
    graph.node = nodes;
    Ok(())
}

/// A node that transposes the matrices of `value`, which gets the name of what comes out. `Transpose` would need to know its rank.
fn transposed(value: &mut String, side: usize) -> NodeProto {
    let output = format!("{value} transposed for side {side}");
    NodeProto {
        name: Some(output.clone()),
        input: vec![std::mem::replace(value, output.clone())],
        output: vec![output],
        op_type: Some("Einsum".to_owned()),
        attribute: vec![AttributeProto {
            name: Some("equation".to_owned()),
            s: Some("...ij->...ji".to_owned()),
            r#type: Some(AttributeType::STRING),
            ..AttributeProto::default()
        }],
        ..NodeProto::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(kind: &str, input: &[&str], output: &str, attributes: &[(&str, i64)]) -> NodeProto {
        let attribute = |(name, i): &(&str, i64)| AttributeProto {
            name: Some((*name).to_owned()),
            i: Some(*i),
            r#type: Some(AttributeType::INT),
            ..AttributeProto::default()
        };
        NodeProto {
            op_type: Some(kind.to_owned()),
            input: input.iter().map(|&i| i.to_owned()).collect(),
            output: vec![output.to_owned()],
            attribute: attributes.iter().map(attribute).collect(),
            ..NodeProto::default()
        }
    }

    fn graph(node: Vec<NodeProto>) -> GraphProto {
        GraphProto { node, ..GraphProto::default() }
    }

    #[test]
    fn a_fused_product_becomes_a_product_of_what_is_transposed() {
        let flags = [("transA", 1), ("transB", 0), ("transBatchA", 0)];
        let mut graph = graph(vec![node("FusedMatMul", &["a", "b"], "c", &flags), node("Add", &["c", "c"], "d", &[])]);
        unfuse(&mut graph).unwrap();
        let [einsum, product, add] = &graph.node[..] else { panic!("{:?}", graph.node) };
        assert!(is(einsum, "Einsum") && is(product, "MatMul") && is(add, "Add"));
        assert_eq!(
            (&einsum.input[..], &product.input[..]),
            (&["a".to_owned()][..], &[einsum.output[0].clone(), "b".to_owned()][..])
        );
        assert_eq!((&product.output[..], product.attribute.len()), (&["c".to_owned()][..], 0));
    }

    #[test]
    fn other_fused_products_are_refused() {
        let mut transposed = graph(vec![node("FusedMatMul", &["a", "b"], "c", &[("transBatchA", 1)])]);
        assert!(matches!(unfuse(&mut transposed), Err(NeuralError::Load(_))));
    }

    #[test]
    fn lengths_are_what_is_rounded_behind_its_clip() {
        let round = || node("Round", &["x"], "rounded", &[]);
        let clip = node("Clip", &["rounded", "one"], "clipped", &[]);
        assert_eq!(lengths(&graph(vec![round(), clip]), "Round").as_deref(), Some("clipped"));
        assert_eq!(lengths(&graph(vec![round()]), "Round").as_deref(), Some("rounded"));
        assert_eq!(lengths(&graph(vec![round(), round()]), "Round"), None);
        assert_eq!(lengths(&graph(vec![]), "Round"), None);
    }

    #[test]
    fn chance_gets_a_seed_unless_it_has_one() {
        let mut random = node("RandomNormalLike", &["x"], "y", &[]);
        seed(&mut random);
        seed(&mut random);
        assert_eq!(random.attribute.len(), 1);
        assert_eq!(random.attribute[0].f, Some(SEED));
        let mut other = node("Add", &["x", "x"], "y", &[]);
        seed(&mut other);
        assert!(other.attribute.is_empty());
    }
}
