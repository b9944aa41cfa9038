"""A plan made better by tens of millions of small changes (simulated annealing: Kirkpatrick, Gelatt, Vecchi 1983).

`boards` lays a problem out in arrays; `loads` keeps the weekly sums of a plan that changes; `moves` are the kinds of
changes; `cooling` is the loop over them. These three are compiled to machine code: `compiling` sees to it that this is
done once, and `runs` is what the planner calls.
"""
