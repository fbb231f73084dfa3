package activity

import (
	"strings"
	"sync"

	"guard/internal/pipeline"
)

// row is one line of the tables of programs: what a command line does.
type row struct {
	words string // the program and its first operands, | between spellings: "docker|podman push"; an operand * is any
	kind  pipeline.ActivityKind
	with  string // one of these options is given
	not   string // none of these is
	read  func(c *call, a *pipeline.Activity)
	when  func(c *call) bool
}

// matches tells whether a row speaks of a command line.
func (r *row) matches(c *call) bool {
	words := strings.Fields(r.words)[1:]
	if len(words) > len(c.operands) || r.with != "" && !c.on(r.with) || r.not != "" && c.on(r.not) {
		return false
	}
	for i, word := range words {
		if word != "*" && !isOneOf(c.operands[i].Text, word) {
			return false
		}
	}
	return r.when == nil || r.when(c)
}

// tool is how a row's program is called in messages: "kubectl set image".
func (r *row) tool(c *call) string {
	name := c.name
	for i, word := range strings.Fields(r.words)[1:] {
		if word != "*" {
			name += " " + c.operands[i].Text
		}
	}
	return name
}

// rowsOf finds the rows of a program. Like the other tables it is made when a
// first pipeline is looked at: most runs of guard start without one.
var rowsOf = sync.OnceValue(func() map[string][]*row {
	return byProgram(imageRows, registryRows, deployRows, cloudRows, gitopsRows, clusterRows, qualityRows, languageRows, scanRows, installRows, otherRows)
})

func byProgram(tables ...[]row) map[string][]*row {
	index := map[string][]*row{}
	for _, table := range tables {
		for i := range table {
			programs, _, _ := strings.Cut(table[i].words, " ")
			for program := range strings.SplitSeq(programs, "|") {
				index[program] = append(index[program], &table[i])
			}
		}
	}
	return index
}
