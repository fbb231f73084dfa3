// Package expression reads and evaluates the expressions of Azure Pipelines,
// those of conditions, of ${{ … }} and of $[ … ].
//
// It knows the language and no pipeline: what names stand for is asked for
// through [Scope]. A value may be known, known by what it stands for, or not
// known for a reason, which every function carries on.
//
//	node, err := expression.Parse("and(succeeded(), eq(variables['Build.Reason'], 'Manual'))")
//	answer := expression.Evaluate(node, scope).Holds() // yes, no, or unknown with its reason
package expression
