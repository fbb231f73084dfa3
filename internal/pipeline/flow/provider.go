package flow

import (
	"guard/internal/pipeline"
	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"
)

// Start is a run by which a situation starts the pipeline, and whether it
// does.
type Start struct {
	Run    Run
	Answer logic.Answer // yes or unknown; a run that cannot start is left out
}

// Outcome is what became of a job in a run that is played through.
type Outcome struct {
	Runs   logic.Answer // whether it started
	Failed bool         // it started, and failed in a way that counts
	Held   logic.Answer // it waits for a person, and all that waits for it waits with it
}

// State is the outcomes of all jobs, by index; those of jobs that have not had
// their turn are the zero value.
type State []Outcome

// Place names a job, or a step of it.
type Place struct {
	Job  int // index into the pipeline's jobs
	Step int // index into the job's steps; -1 for the job itself
}

// Gate is what holds a job back until a person lets it go.
type Gate struct {
	Manual bool         // somebody has to start the job by hand
	Blocks logic.Answer // jobs behind it wait for that; where they do not, the pipeline goes on without it
}

// Provider answers how a provider runs one pipeline. Its methods must not
// change anything; indexes are those of the pipeline's own lists.
type Provider interface {
	// Starts lists the runs by which a situation starts the pipeline. The run
	// passed has no event yet.
	Starts(run Run) []Start

	// Others lists the runs by events that belong to no situation.
	Others(branches Branches) []Start

	// Before lists the jobs whose outcome Job may ask for: needs, earlier
	// stages. The result is without circles.
	Before(job int) []int

	// Job tells whether a job starts in a run, given what became of the jobs
	// before it.
	Job(run Run, job int, state State) logic.Answer

	// Step tells whether a step runs, given whether an earlier step of the job
	// has failed.
	Step(run Run, place Place, failed bool) logic.Answer

	// Tolerated tells whether the failure of a job or step is taken for
	// success by what comes behind it.
	Tolerated(run Run, place Place) logic.Answer

	// Gate tells what holds a job back in a run.
	Gate(run Run, job int) Gate

	// Values lists what a text of a job or step can be in a run; more than one
	// where a matrix multiplies the job. It is never empty.
	Values(run Run, place Place, text string) []symbol.Value

	// Operand lists what the word of a script's command that an operand stands
	// in, or an input of an action, can be. It is never empty.
	Operand(run Run, activity *pipeline.Activity, operand pipeline.Operand) []symbol.Value
}
