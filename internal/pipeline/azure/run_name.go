package azure

import (
	"regexp"
	"strings"

	"guard/internal/pipeline/symbol"
)

// runName matches the parts of a run's name that only it has: $(Date:yyyyMMdd),
// $(Rev:.r), $(Rev:rr).
var runName = regexp.MustCompile(`\$\((?i:(date|rev)):?([^)]*)\)`)

// runPart is a date, or the number of the run among those of the same name. A
// dot in its format stands before the number.
func runPart(sort, format string) symbol.Value {
	if equalFold(sort, "date") {
		return symbol.Of(symbol.Part{Kind: symbol.Date, Name: format, Source: "Date"})
	}
	number := symbol.Of(symbol.Part{Kind: symbol.RunNumber, Name: "Rev", Source: "Rev:" + format})
	before := strings.TrimRight(format, "r")
	return symbol.Join(symbol.Text(before), number)
}
