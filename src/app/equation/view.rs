//! The selections of the Equation view.

/// A symbol of ∂C/∂wⱼ = 1/m Σ xⱼ (σ(z) − y) σ′(z), or one of the values behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Symbol {
    /// ∂C/∂wⱼ.
    #[default]
    Gradient,
    /// 1/m.
    Average,
    /// Σ.
    Sum,
    /// xⱼ.
    Input,
    /// σ(z).
    Output,
    /// y.
    Target,
    /// Σₖ wₖⱼ δₖ, which takes the place of σ(z) − y in a hidden layer.
    Back,
    /// σ′(z).
    Slope,
    /// z.
    WeightedInput,
    /// wⱼ.
    Weight,
    /// b.
    Bias,
}

/// The panel under the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EquationPanel {
    /// The same sums as one matrix product.
    #[default]
    Product,
    /// The derivation, line by line.
    Derivation,
    /// The backward walk, up to and including this step.
    Backward(usize),
}

/// The selections of the Equation view. The weight it explains is the one under the cursor of the
/// Weights view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EquationView {
    /// The selected symbol.
    pub symbol: Symbol,
    /// The selected row of the mini-batch.
    pub row: usize,
    /// The panel under the rows.
    pub panel: EquationPanel,
    /// Whether the check nudges all weights of the layer.
    pub whole_layer: bool,
}
