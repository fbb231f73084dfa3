package expression

import (
	"errors"
	"fmt"
	"strings"
)

// The limits of one expression. The depth is Azure's own.
const (
	MaxBytes = 21_000
	MaxDepth = 50
)

// Parse reads an expression, without the brackets that may stand around it.
// The error says what is wrong in words for people.
func Parse(text string) (*Node, error) {
	if len(text) > MaxBytes {
		return nil, fmt.Errorf("it has %d bytes, more than %d", len(text), MaxBytes)
	}
	tokens, err := scan(text)
	if err != nil {
		return nil, err
	}
	if len(tokens) == 0 {
		return nil, errors.New("it is empty")
	}
	p := &parser{tokens: tokens}
	node, err := p.value(0)
	if err == nil && p.at < len(p.tokens) {
		err = fmt.Errorf("%q stands where the expression should end", p.tokens[p.at].text)
	}
	if err != nil {
		return nil, err
	}
	return node, nil
}

type parser struct {
	tokens []token
	at     int
}

// next takes the next token, if it is one of the sort.
func (p *parser) next(sort tokenSort) (token, bool) {
	if p.at >= len(p.tokens) || p.tokens[p.at].sort != sort {
		return token{}, false
	}
	p.at++
	return p.tokens[p.at-1], true
}

// sign takes the next token, if it is a sign.
func (p *parser) sign(text string) bool {
	if p.at < len(p.tokens) && p.tokens[p.at].sort == signToken && p.tokens[p.at].text == text {
		p.at++
		return true
	}
	return false
}

// unexpected words what stands at the place that was reached.
func (p *parser) unexpected(wanted string) error {
	if p.at >= len(p.tokens) {
		return fmt.Errorf("%s is missing at its end", wanted)
	}
	return fmt.Errorf("%s is expected before %q", wanted, p.tokens[p.at].text)
}

// value reads a literal, a name or a call, with what is asked of it.
func (p *parser) value(depth int) (*Node, error) {
	if depth > MaxDepth {
		return nil, fmt.Errorf("it is nested deeper than %d levels", MaxDepth)
	}
	if t, ok := p.next(textToken); ok {
		return Text(t.text), nil
	}
	if t, ok := p.next(numberToken); ok {
		return &Node{kind: numberNode, text: t.text}, nil
	}
	if p.sign("(") {
		return p.group(depth)
	}
	t, ok := p.next(nameToken)
	if !ok {
		return nil, p.unexpected("a value")
	}
	return p.named(t.text, depth)
}

func (p *parser) group(depth int) (*Node, error) {
	inner, err := p.value(depth + 1)
	if err != nil {
		return nil, err
	}
	if !p.sign(")") {
		return nil, p.unexpected(")")
	}
	return p.accesses(inner, depth)
}

func (p *parser) named(name string, depth int) (*Node, error) {
	switch strings.ToLower(name) {
	case "true", "false", "null":
		return &Node{kind: wordNode, text: strings.ToLower(name)}, nil
	}
	if !p.sign("(") {
		return p.accesses(&Node{kind: nameNode, text: name}, depth)
	}
	args, err := p.arguments(depth)
	if err != nil {
		return nil, err
	}
	return p.accesses(Call(name, args...), depth)
}

func (p *parser) arguments(depth int) ([]*Node, error) {
	var args []*Node
	if p.sign(")") {
		return args, nil
	}
	for {
		arg, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
		if p.sign(")") {
			return args, nil
		}
		if !p.sign(",") {
			return nil, p.unexpected(", or )")
		}
	}
}

// accesses reads what is asked of a value: .name, ['name'], .*
func (p *parser) accesses(of *Node, depth int) (*Node, error) {
	for asked := 0; ; asked++ {
		if asked > MaxDepth {
			return nil, fmt.Errorf("more than %d properties are asked of each other", MaxDepth)
		}
		switch {
		case p.sign("."):
			if p.sign("*") {
				of = &Node{kind: starNode, args: []*Node{of}}
				continue
			}
			name, ok := p.next(nameToken)
			if !ok {
				return nil, p.unexpected("a name")
			}
			of = &Node{kind: accessNode, args: []*Node{of, Text(name.text)}}
		case p.sign("["):
			index, err := p.index(depth)
			if err != nil {
				return nil, err
			}
			of = access(of, index)
		default:
			return of, nil
		}
	}
}

// access asks a value for an index; nil stands for all.
func access(of, index *Node) *Node {
	if index == nil {
		return &Node{kind: starNode, args: []*Node{of}}
	}
	return &Node{kind: accessNode, args: []*Node{of, index}}
}

func (p *parser) index(depth int) (*Node, error) {
	var index *Node
	if !p.sign("*") {
		var err error
		if index, err = p.value(depth + 1); err != nil {
			return nil, err
		}
	}
	if !p.sign("]") {
		return nil, p.unexpected("]")
	}
	return index, nil
}
