package guard.lib.run_test

import data.guard.lib.run

test_titles_name_every_kind_of_run_once if {
	run.titles([{"title": "push to main"}, {"title": "manual start"}, {"title": "push to main"}]) == "push to main, manual start"
}

test_titles_of_many_runs_are_counted if {
	run.titles([{"title": "a"}, {"title": "b"}, {"title": "c"}, {"title": "d"}]) == "a, b and 2 more"
}
