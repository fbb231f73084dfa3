package check

import (
	"fmt"
	"slices"

	"guard/internal/finding"
	"guard/internal/pipeline"
)

// column is one environment with what deploys to it.
type column struct {
	name, tier string
	deploys    []*pipeline.Deployed
}

// columns lists the environments of a pipeline in the order in which it
// deploys to them.
func (d *describing) columns() []column {
	var columns []column
	for i := range d.pipeline.Deploys {
		deploy := &d.pipeline.Deploys[i]
		at := slices.IndexFunc(columns, func(c column) bool { return c.name == deploy.Environment && c.tier == deploy.Tier })
		if at < 0 {
			at, columns = len(columns), append(columns, column{name: deploy.Environment, tier: deploy.Tier})
		}
		columns[at].deploys = append(columns[at].deploys, deploy)
	}
	return columns
}

// cell says how a run reaches an environment: by the way on which least stands
// against it.
func (d *describing) cell(run *pipeline.Run, c *column) finding.PipelineCell {
	cell := finding.PipelineCell{Environment: d.name(c.name), Tier: c.tier, Jobs: []string{}}
	reached := pipeline.Fact{Holds: "no"}
	for _, deploy := range c.deploys {
		reach := reachIn(deploy.Runs, run.ID)
		if reach == nil {
			continue
		}
		gate, reason := d.gate(run.ID, deploy, reach)
		if first := len(cell.Jobs) == 0; first || weaker(gate, reach.Reached.Holds, cell.Gate, reached.Holds) {
			cell.Gate, cell.GateReason = gate, d.text(reason)
		}
		reached = either(reached, reach.Reached)
		if against := against(deploy, reach, gate); cell.Against == "" {
			cell.Against = d.name(against)
		}
		if job := d.name(deploy.Job); !slices.Contains(cell.Jobs, job) {
			cell.Jobs = append(cell.Jobs, job)
		}
	}
	cell.Reached = d.answer(reached)
	return cell
}

// gates in the order of how little they hold back.
var gates = []finding.Gate{finding.NoGate, finding.UnknownGate, finding.ManualGate, finding.ApprovalGate}

// weaker tells whether a way is to be shown in place of another: one that is
// surely taken before one that may be, then the one with the weaker gate.
func weaker(gate finding.Gate, reached string, than finding.Gate, thanReached string) bool {
	if reached != thanReached {
		return reached == "yes"
	}
	return slices.Index(gates, gate) < slices.Index(gates, than)
}

// gate is what holds a deployment back in a run.
func (d *describing) gate(run string, deploy *pipeline.Deployed, reach *pipeline.Reach) (gate finding.Gate, reason string) {
	job := d.pipeline.Activities[deploy.Activity].Job
	approval := reach.After.Approval
	switch {
	case d.manual[run][job]:
		return finding.ManualGate, ""
	case approval.Holds == "yes" && d.behindManual(run, job):
		return finding.ManualGate, ""
	case approval.Holds == "yes":
		return finding.ApprovalGate, ""
	case approval.Holds == "unknown":
		return finding.UnknownGate, approval.Reason
	}
	return finding.NoGate, ""
}

// behindManual tells whether a job waits for one that somebody starts by hand,
// by way of others too where there are not too many.
func (d *describing) behindManual(run string, job int) bool {
	isManual := func(before int) bool { return d.manual[run][before] }
	if len(d.pipeline.Jobs) > maxReduced {
		return slices.ContainsFunc(d.waits(job), isManual)
	}
	for before, above := range d.above(job) {
		if above && isManual(before) {
			return true
		}
	}
	return false
}

// against says what of the configuration's map a deployment is against, "" where
// nothing.
func against(deploy *pipeline.Deployed, reach *pipeline.Reach, gate finding.Gate) string {
	certain := reach.Reached.Holds == "yes"
	switch {
	case reach.Allowed.Holds == "no" && certain:
		return fmt.Sprintf("reaches %s, which the configuration does not allow", deploy.Tier)
	case reach.Allowed.Holds == "no":
		return fmt.Sprintf("may reach %s, which the configuration does not allow", deploy.Tier)
	case !certain:
		return ""
	case gate == finding.NoGate && (deploy.Approval == "required" || deploy.Approval == "proved"):
		return fmt.Sprintf("reaches %s and nobody has to agree, which the configuration asks for", deploy.Tier)
	case gate == finding.UnknownGate && deploy.Approval == "proved":
		return fmt.Sprintf("reaches %s without proof that somebody has to agree, which the configuration asks for", deploy.Tier)
	}
	return ""
}
