package tree

import (
	"encoding/json"
	"strconv"
)

// MarshalJSON writes the value as JSON: members in their order, numbers digit
// for digit. A number that JSON cannot hold (.inf, .nan) is a string.
func (n *Node) MarshalJSON() ([]byte, error) {
	return n.appendJSON(nil)
}

func (n *Node) appendJSON(out []byte) (_ []byte, err error) {
	switch n.Type() {
	case Absent, Null:
		return append(out, "null"...), nil
	case List:
		return n.appendItems(out)
	case Map:
		return n.appendMembers(out)
	case Number:
		if number, ok := n.JSONNumber(); ok {
			return append(out, number...), nil
		}
	case Bool:
		if value, ok := n.Bool(); ok {
			return strconv.AppendBool(out, value), nil
		}
	}
	return appendString(out, n.Text)
}

func (n *Node) appendItems(out []byte) (_ []byte, err error) {
	out = append(out, '[')
	for i, item := range n.Items {
		if i > 0 {
			out = append(out, ',')
		}
		if out, err = item.appendJSON(out); err != nil {
			return nil, err
		}
	}
	return append(out, ']'), nil
}

func (n *Node) appendMembers(out []byte) (_ []byte, err error) {
	out = append(out, '{')
	for i, m := range n.Members {
		if i > 0 {
			out = append(out, ',')
		}
		if out, err = appendString(out, m.Key.Text); err != nil {
			return nil, err
		}
		if out, err = m.Value.appendJSON(append(out, ':')); err != nil {
			return nil, err
		}
	}
	return append(out, '}'), nil
}

func appendString(out []byte, text string) ([]byte, error) {
	quoted, err := json.Marshal(text)
	return append(out, quoted...), err
}
