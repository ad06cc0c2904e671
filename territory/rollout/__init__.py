"""From a plan to the live field: what changes, in which waves, and the files that load it.

The door; everything behind it is loaded on first use:

* `changes_of`: what changes against today.
* `current_reps`: who serves each account today.
* `timeline_of`: what happens on which day.
* `waves_of`: who goes live when.
* `example_extract`: an extract as a CRM gives it.
* `read_extract`: the CRM's extract.
* `write_rollout`: the rollout's folder.
* `rollout_of`: the whole rollout.
* `make_briefs`: a brief for each rep.
* `brief_page`: one brief as a page.
* `small_maps`: the maps of the briefs.
* `resources_of`: equipment and budget by territory.
"""

from territory.lazy import door

__getattr__, __dir__, __all__ = door(
    __name__,
    {
        "changes_of": ".change_set:change_set",
        "current_reps": ".change_set",
        "timeline_of": ".timeline:timeline",
        "waves_of": ".waves",
        "example_extract": ".crm.example",
        "read_extract": ".crm.extract",
        "write_rollout": ".folder",
        "rollout_of": ".package",
        "make_briefs": ".briefs.make",
        "brief_page": ".briefs.page",
        "small_maps": ".briefs.page",
        "resources_of": "territory.workforce.equipment.resources",
    },
)
