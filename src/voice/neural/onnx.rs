//! Prepares third-party networks for `rten`: replaces operators that it lacks, seeds random operators, and finds the output that holds the
//! durations of the symbols.

use rten::{Model, ModelOptions, NodeId};
use rten_onnx::onnx::{AttributeProto, AttributeType, GraphProto, ModelProto, NodeProto};

use super::error::NeuralError;

/// The seed of every random operator without one.
const SEED: f32 = 1.0;

/// A loaded network, and the name of the value that holds the durations of the symbols.
pub(super) struct PreparedNetwork {
    pub model: Model,
    pub lengths: String,
}

/// Loads a network whose durations are the output of its only operator of type `rounds`, or of the `Clip` behind it.
///
/// # Errors
/// [`NeuralError::Load`] if the bytes are not such a network.
pub(super) fn prepare(bytes: &[u8], rounds: &str) -> Result<PreparedNetwork, NeuralError> {
    let mut proto = ModelProto::parse_buf(bytes).map_err(load_error)?;
    let graph = proto.graph.as_mut().ok_or_else(|| load_error("it is empty"))?;
    let lengths =
        lengths_output(graph, rounds).ok_or_else(|| load_error("it does not tell how long each symbol sounds"))?;
    graph.node.iter_mut().for_each(set_seed);
    replace_fused_products(graph)?;
    let bytes = proto.write_buf().map_err(load_error)?;
    drop(proto);
    let model = ModelOptions::with_all_ops().load(bytes).map_err(load_error)?;
    Ok(PreparedNetwork { model, lengths })
}

fn load_error(error: impl std::fmt::Display) -> NeuralError {
    NeuralError::Load(error.to_string())
}

/// The node of a network with this name.
///
/// # Errors
/// [`NeuralError::Load`] if there is none.
pub(super) fn find_node(model: &Model, name: &str) -> Result<NodeId, NeuralError> {
    model.find_node(name).ok_or_else(|| NeuralError::Load(format!("it has no `{name}`")))
}

fn has_op_type(node: &NodeProto, kind: &str) -> bool {
    node.op_type.as_deref() == Some(kind)
}

/// The name of the output of the only operator of type `rounds`, or of the `Clip` behind it.
fn lengths_output(graph: &GraphProto, rounds: &str) -> Option<String> {
    let mut rounded = graph.node.iter().filter(|node| has_op_type(node, rounds));
    let (Some(only), None) = (rounded.next(), rounded.next()) else { return None };
    let value = only.output.first()?;
    let clip = graph.node.iter().find(|node| has_op_type(node, "Clip") && node.input.first() == Some(value));
    clip.map_or(Some(value), |clip| clip.output.first()).cloned()
}

/// Seeds a random operator, so that every run gives the same sound.
fn set_seed(node: &mut NodeProto) {
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

/// Replaces each `FusedMatMul`, an operator of ONNX Runtime that `rten` does not support, by transpositions and a `MatMul`.
fn replace_fused_products(graph: &mut GraphProto) -> Result<(), NeuralError> {
    let mut nodes = Vec::with_capacity(graph.node.len());
    for mut node in graph.node.drain(..) {
        if has_op_type(&node, "FusedMatMul") {
            let alpha = attribute(&node, "alpha").and_then(|a| a.f).unwrap_or(1.0);
            if is_set(&node, "transBatchA") || is_set(&node, "transBatchB") || alpha != 1.0 || node.input.len() != 2 {
                return Err(NeuralError::Load("it multiplies matrices in a way that is not supported".to_owned()));
            }
            let transposes = [is_set(&node, "transA"), is_set(&node, "transB")];
            for (side, transpose) in transposes.into_iter().enumerate() {
                nodes.extend(transpose.then(|| transpose_node(&mut node.input[side], side)));
            }
            (node.op_type, node.domain) = (Some("MatMul".to_owned()), None);
            node.attribute.clear();
        }
        nodes.push(node);
    }
    graph.node = nodes;
    Ok(())
}

fn attribute<'a>(node: &'a NodeProto, name: &str) -> Option<&'a AttributeProto> {
    node.attribute.iter().find(|a| a.name.as_deref() == Some(name))
}

fn is_set(node: &NodeProto, name: &str) -> bool {
    attribute(node, name).and_then(|a| a.i).unwrap_or(0) != 0
}

/// A node that transposes the matrices of `value`, and renames `value` to its output. It is no `Transpose`, which would have to know the
/// rank.
fn transpose_node(value: &mut String, side: usize) -> NodeProto {
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
        replace_fused_products(&mut graph).unwrap();
        let [einsum, product, add] = &graph.node[..] else { panic!("{:?}", graph.node) };
        assert!(has_op_type(einsum, "Einsum") && has_op_type(product, "MatMul") && has_op_type(add, "Add"));
        assert_eq!(
            (&einsum.input[..], &product.input[..]),
            (&["a".to_owned()][..], &[einsum.output[0].clone(), "b".to_owned()][..])
        );
        assert_eq!((&product.output[..], product.attribute.len()), (&["c".to_owned()][..], 0));
    }

    #[test]
    fn other_fused_products_are_refused() {
        let mut transposed = graph(vec![node("FusedMatMul", &["a", "b"], "c", &[("transBatchA", 1)])]);
        assert!(matches!(replace_fused_products(&mut transposed), Err(NeuralError::Load(_))));
    }

    #[test]
    fn lengths_are_what_is_rounded_behind_its_clip() {
        let round = || node("Round", &["x"], "rounded", &[]);
        let clip = node("Clip", &["rounded", "one"], "clipped", &[]);
        assert_eq!(lengths_output(&graph(vec![round(), clip]), "Round").as_deref(), Some("clipped"));
        assert_eq!(lengths_output(&graph(vec![round()]), "Round").as_deref(), Some("rounded"));
        assert_eq!(lengths_output(&graph(vec![round(), round()]), "Round"), None);
        assert_eq!(lengths_output(&graph(vec![]), "Round"), None);
    }

    #[test]
    fn chance_gets_a_seed_unless_it_has_one() {
        let mut random = node("RandomNormalLike", &["x"], "y", &[]);
        set_seed(&mut random);
        set_seed(&mut random);
        assert_eq!(random.attribute.len(), 1);
        assert_eq!(random.attribute[0].f, Some(SEED));
        let mut other = node("Add", &["x", "x"], "y", &[]);
        set_seed(&mut other);
        assert!(other.attribute.is_empty());
    }
}
