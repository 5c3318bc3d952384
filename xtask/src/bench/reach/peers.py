"""Reach of all packages of an edge list, by a library that others use.

Says the sum over all packages, so that it can be compared, and the processor
time of the parts. A package does not count itself.
"""

import json
import sys
import time

library, file = sys.argv[1:]


def networkit():
    import networkit
    reader = networkit.graphio.EdgeListReader("\t", 0, "#", True, True)
    graph = networkit.graphtools.transpose(reader.read(file))
    yield
    reachable = networkit.reachability.ReachableNodes(graph, True)
    reachable.run()
    nodes = range(graph.numberOfNodes())
    yield sum(reachable.numberOfReachableNodes(node) - 1 for node in nodes)


def igraph():
    import igraph
    graph = igraph.Graph.Read_Edgelist(file, directed=True)
    yield
    yield sum(graph.neighborhood_size(None, graph.vcount(), "in", 1))


def rustworkx():
    import rustworkx
    graph = rustworkx.PyDiGraph.read_edge_list(file, deliminator="\t")
    yield
    nodes = range(graph.num_nodes())
    yield sum(len(rustworkx.ancestors(graph, node)) for node in nodes)


steps = {"networkit": networkit, "igraph": igraph, "rustworkx": rustworkx}[library]()
next(steps)
read = time.process_time()
total = next(steps)
print(json.dumps({"sum": total, "read": read, "count": time.process_time() - read}))
