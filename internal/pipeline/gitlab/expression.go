package gitlab

import (
	"errors"
	"fmt"
)

// The limits of one expression; the first is GitLab's own.
const (
	maxTokens     = 100
	maxExpression = 10_000 // bytes
)

// expression is a condition of rules: if: or only: variables:, ready to be
// evaluated.
type expression struct {
	text string
	root *node
	err  error // why it could not be read; root is nil then
}

// node is one operand, or an operator with its two.
type node struct {
	op          tokenKind
	text        string // of an operand
	left, right *node
}

var errTokens = fmt.Errorf("the expression has more than %d words", maxTokens)

// parseExpression reads a condition. What GitLab refuses is an error in the
// result, since a file is read whole.
func parseExpression(text string) *expression {
	e := &expression{text: text}
	if len(text) > maxExpression {
		e.err = fmt.Errorf("the expression is longer than %d bytes", maxExpression)
		return e
	}
	tokens, err := tokenize(text)
	if err != nil {
		e.err = err
		return e
	}
	p := &expressionParser{tokens: tokens}
	e.root, e.err = p.whole()
	return e
}

// expressionParser reads tokens by descent: || binds loosest, comparisons
// tightest, and all from left to right.
type expressionParser struct {
	tokens []token
}

func (p *expressionParser) whole() (*node, error) {
	if len(p.tokens) == 0 {
		return nil, errors.New("the expression is empty")
	}
	root, err := p.level(0)
	if err == nil && len(p.tokens) > 0 {
		err = fmt.Errorf("%q is not expected here", p.tokens[0].text)
	}
	if err != nil {
		return nil, err
	}
	return root, nil
}

// levels are the operators, loosest first.
var levels = [][]tokenKind{{tokenOr}, {tokenAnd}, {tokenEquals, tokenNotEquals, tokenMatches, tokenNotMatches}}

func (p *expressionParser) level(i int) (*node, error) {
	if i == len(levels) {
		return p.operand()
	}
	left, err := p.level(i + 1)
	for err == nil && p.at(levels[i]...) {
		op := p.next()
		var right *node
		right, err = p.level(i + 1)
		left = &node{op: op.kind, text: op.text, left: left, right: right}
	}
	return left, err
}

func (p *expressionParser) operand() (*node, error) {
	switch {
	case len(p.tokens) == 0:
		return nil, errors.New("an operand is missing at the end")
	case p.at(tokenOpen):
		return p.bracket()
	case p.at(tokenVariable, tokenString, tokenPattern, tokenNull, tokenTrue, tokenFalse):
		t := p.next()
		return &node{op: t.kind, text: t.text}, nil
	}
	return nil, fmt.Errorf("%q is not expected here", p.tokens[0].text)
}

func (p *expressionParser) bracket() (*node, error) {
	p.next()
	inner, err := p.level(0)
	if err == nil && !p.at(tokenClose) {
		err = errors.New("a closing bracket is missing")
	}
	if err != nil {
		return nil, err
	}
	p.next()
	return inner, nil
}

func (p *expressionParser) at(kinds ...tokenKind) bool {
	for _, kind := range kinds {
		if len(p.tokens) > 0 && p.tokens[0].kind == kind {
			return true
		}
	}
	return false
}

func (p *expressionParser) next() token {
	t := p.tokens[0]
	p.tokens = p.tokens[1:]
	return t
}
