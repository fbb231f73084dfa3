package policy

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"guard/internal/finding"
	"guard/internal/tree"
)

var paramTypes = []string{"string", "integer", "number", "boolean", "array", "object"}

// plainValue turns a node into what encoding/json would decode: nil, bool,
// string, json.Number, []any or map[string]any.
func plainValue(n *tree.Node) any {
	switch n.Type() {
	case tree.Bool:
		value, _ := n.Bool()
		return value
	case tree.Number:
		return plainNumber(n.Text)
	case tree.String:
		return n.Text
	case tree.List:
		list := make([]any, 0, len(n.Items))
		for _, item := range n.Items {
			list = append(list, plainValue(item))
		}
		return list
	case tree.Map:
		object := make(map[string]any, len(n.Members))
		for _, m := range n.Members {
			object[m.Key.Text] = plainValue(m.Value)
		}
		return object
	default:
		return nil
	}
}

// maxNumber is how many bytes a number may have: reading one with millions of
// digits takes minutes.
const maxNumber = 128

func plainNumber(text string) any {
	if len(text) > maxNumber {
		return text
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && !math.IsInf(f, 0) && json.Valid([]byte(text)) {
		return json.Number(text)
	}
	return text
}

// checkParam says what is wrong with a value of a parameter: another type, or
// other elements than the default's.
func checkParam(param finding.Param, value any) error {
	if err := checkType(param.Type, value); err != nil {
		return err
	}
	return checkElements(param.Default, value)
}

func checkType(want string, value any) error {
	got := typeOf(value)
	if got == want || want == "number" && got == "integer" {
		return nil
	}
	return fmt.Errorf("expected %s, found %s", want, describe(value))
}

// checkElements holds the elements of a list to the type that all elements of
// the default have.
func checkElements(standard, value any) error {
	want := ElementType(standard)
	list, ok := value.([]any)
	if !ok || want == "" {
		return nil
	}
	for i, element := range list {
		if err := checkType(want, element); err != nil {
			return fmt.Errorf("element %d: %w", i+1, err)
		}
	}
	return nil
}

// ElementType is the type that all elements of a list share, or "".
func ElementType(value any) string {
	list, _ := value.([]any)
	shared := ""
	for i, element := range list {
		t := typeOf(element)
		if i > 0 && t != shared {
			return ""
		}
		shared = t
	}
	return shared
}

func typeOf(value any) string {
	switch value := value.(type) {
	case bool:
		return "boolean"
	case string:
		return "string"
	case int, int32, int64:
		return "integer"
	case float64:
		if value == math.Trunc(value) {
			return "integer"
		}
		return "number"
	case json.Number:
		if strings.ContainsAny(value.String(), ".eE") {
			return "number"
		}
		return "integer"
	case []any, []string:
		return "array"
	case map[string]any:
		return "object"
	default:
		return "null"
	}
}

func describe(value any) string {
	text, err := json.Marshal(value)
	if err != nil || len(text) > 80 {
		return typeOf(value)
	}
	return typeOf(value) + " " + string(text)
}
