"""Internal pages of the planner: one line a page. The board, drafts beside each other, runs of the planner."""

from webapp.trees import board_pages, draft_pages, replanning_pages, run_pages

READ, WRITE, BOTH = ["GET"], ["POST"], ["GET", "POST"]
SCHEDULE, RUN = "/baeume/plan/<int:schedule_id>", "/baeume/lauf/<int:run_id>"
BOARD = f"{SCHEDULE}/tafel"

ROUTES = (
    (BOARD, "board", board_pages.board, READ),
    (f"{BOARD}/punkte", "board_points", board_pages.points, READ),
    (f"{BOARD}/wochen", "board_weeks", board_pages.weeks, READ),
    (f"{BOARD}/besuch", "board_add", board_pages.add, BOTH),
    (f"{BOARD}/rueckgaengig", "board_undo", board_pages.undo, WRITE),
    (f"{BOARD}/wiederholen", "board_redo", board_pages.redo, WRITE),
    (f"{BOARD}/baeume", "board_name_trees", board_pages.name_trees, WRITE),
    ("/baeume/besuch/<int:visit_id>/verschieben", "board_move", board_pages.move, BOTH),
    ("/baeume/besuch/<int:visit_id>/herausnehmen", "board_remove", board_pages.remove, BOTH),
    (f"{BOARD}/vergleich", "board_compare", draft_pages.compare, READ),
    (f"{SCHEDULE}/rechnen", "run_new", run_pages.new, BOTH),
    (RUN, "run", run_pages.show, READ),
    (f"{RUN}/anhalten", "run_stop", run_pages.stop, WRITE),
    (f"{RUN}/uebernehmen", "run_take", run_pages.take, BOTH),
    (f"{SCHEDULE}/ausfall", "replan_new", replanning_pages.new, BOTH),
    (f"{RUN}/umplanung-uebernehmen", "replan_take", replanning_pages.take, BOTH),
    (f"{SCHEDULE}/kopieren", "board_copy", draft_pages.copy, BOTH),
)
