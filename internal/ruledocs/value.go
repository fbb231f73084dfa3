package ruledocs

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"guard/internal/report"
)

// wideValue is from how many characters on a value is too long for one line.
const wideValue = 100

// valueText is a value in one line, as YAML in its flow style.
func valueText(value any) string {
	switch value := value.(type) {
	case []any:
		texts := make([]string, len(value))
		for i, element := range value {
			texts[i] = valueText(element)
		}
		return "[" + strings.Join(texts, ", ") + "]"
	case map[string]any:
		texts := make([]string, 0, len(value))
		for _, name := range slices.Sorted(maps.Keys(value)) {
			texts = append(texts, scalarText(name)+": "+valueText(value[name]))
		}
		return "{" + strings.Join(texts, ", ") + "}"
	}
	return scalarText(value)
}

// scalarText is a text, number or truth as JSON, which is YAML too.
func scalarText(value any) string {
	var b strings.Builder
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	if err := out.Encode(value); err != nil {
		return report.Source(fmt.Sprint(value))
	}
	return report.Source(strings.TrimSuffix(b.String(), "\n"))
}

// blockText is a value below a key in a file: a long list has a line for each
// element.
func blockText(value any, indent string) string {
	list, isList := value.([]any)
	line := valueText(value)
	if !isList || len(line) < wideValue {
		return " " + line
	}
	var b strings.Builder
	for _, element := range list {
		b.WriteString("\n" + indent + "- " + valueText(element))
	}
	return b.String()
}
