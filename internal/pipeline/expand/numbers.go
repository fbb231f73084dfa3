package expand

import (
	"strconv"

	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"
)

// numbers compares two numbers that are known.
func numbers(a symbol.Value, operator string, b symbol.Value) logic.Answer {
	x, knowsX := number(a)
	y, knowsY := number(b)
	if !knowsX || !knowsY {
		return logic.Maybe("whether " + short(a.String()+" "+operator+" "+b.String()) + " is not known")
	}
	switch operator {
	case "-eq":
		return logic.Is(x == y)
	case "-ne":
		return logic.Is(x != y)
	case "-lt":
		return logic.Is(x < y)
	case "-le":
		return logic.Is(x <= y)
	case "-gt":
		return logic.Is(x > y)
	case "-ge":
		return logic.Is(x >= y)
	}
	return logic.Maybe("what " + operator + " compares is not worked out")
}

func number(v symbol.Value) (n int, ok bool) {
	text, known := v.Known()
	if !known {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}
