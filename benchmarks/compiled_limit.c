/* The years of a run as `impact.model.path.follow` computes them, written by hand for the machine.
 *
 * A tile holds LANES draws; every number per draw stands as [tile][row][LANES], so that a row is one vector. Threads
 * take tiles. In go the compiled system, the phases and the standing state; out come the yearly outcomes.
 * Not reproduced: events, shares of patients, unknown holders, longer reach (the Python file refuses such a run). */
#include "compiled_limit.h"

int outcome_rows(const Problem *p) {
    return p->pairs + p->nodes + 3 * p->levels + p->regions * (p->rows + p->groups) + p->areas + p->rows +
           4 * p->facilities;
}

static Outcome outcome_at(const Problem *p, row *r) {
    Outcome o;
    o.volume = r, r += p->pairs;
    o.operability = r, r += p->nodes;
    o.levels = r, r += p->levels;
    o.load = r, r += p->levels;
    o.load_before = r, r += p->levels;
    o.flow = r, r += p->regions * p->rows;
    o.not_taken = r, r += p->regions * p->groups;
    o.not_referred = r, r += p->areas;
    o.spare = r, r += p->rows;
    o.equal = r, r += p->facilities;
    o.first = r, r += p->facilities;
    o.waiting = r, r += p->facilities;
    o.beyond = r;
    return o;
}

static row *rows_of(const double *base, long size, int tile) { return (row *)base + size * tile; }

static inline void add(row to, const row from, double weight, int first) {
    if (first)
        EACH to[n] = weight * from[n];
    else
        EACH to[n] += weight * from[n];
}

/* Referral of one group: attraction, flows, new limits, overflow; `routes` is found here, as it hangs on the phase. */
static void group(const Problem *p, int tile, int phase, int g, Work *k, const Outcome *o, const row *par) {
    const int first = p->group_start[g], last = p->group_start[g + 1], W = p->rows, R = p->regions, G = p->groups;
    const int *active = p->active + (long)phase * W, opens = p->first_of_year[phase];
    const row *impedance = rows_of(p->impedance, (long)R * W, tile), *weights = rows_of(p->weights, W, tile);
    const row *standing = rows_of(p->standing, p->pairs, tile), *population = rows_of(p->population, R, tile);
    const row *national = rows_of(p->national, p->areas, tile) + p->group_area[g];
    const row *stated = p->stated ? rows_of(p->stated, (long)R * W, tile) : NULL;
    const double share = p->weight[phase];
    const double concerned = !p->group_residual[g];
    double nobody = 1.0, full = 0.0;
    for (int w = first; w < last; w++) {
        const int i = p->row_pair[w];
        if (active[w]) nobody = 0.0;
        if (active[w])
            EACH {
                double seen = 0.5 * (k->last[i][n] + k->earlier[i][n]) / MAX(standing[i][n], 1e-9);
                k->pull[w][n] = pow(MAX(seen, par[FLOOR][n]), par[ATTRACTION][n]);
            }
        else
            memset(k->pull[w], 0, sizeof(row));
        memset(k->volume[w], 0, sizeof(row));
    }
    for (int r = 0; r < R; r++) {
        row total = {0}, routed = {0}, pulled = {0}, mixed_total = {0}, demand, factor;
        int near = W + 1;
        for (int w = first; w < last; w++)
            if (active[w] && p->rank[r * W + w] < near) near = p->rank[r * W + w];
        for (int w = first; w < last; w++) {
            row *free = &k->raw[r * W + w];
            if (!active[w]) {
                memset(free, 0, sizeof(row));
                continue;
            }
            EACH (*free)[n] = impedance[r * W + w][n] * k->pull[w][n], total[n] += (*free)[n];
            if (stated) EACH routed[n] += stated[r * W + w][n];
        }
        EACH factor[n] = (1 - par[ROUTE_SHARE][n]) / MAX(total[n], TINY);
        for (int w = first; w < last; w++) {
            row *mixed = &k->raw[r * W + w], route;
            const double nearest = p->rank[r * W + w] == near;
            if (!active[w]) continue;
            EACH route[n] = nearest;
            if (stated)
                EACH {
                    const double part = stated[r * W + w][n] / MAX(routed[n], TINY);
                    route[n] = routed[n] > 0 ? part : route[n];
                }
            EACH {
                (*mixed)[n] = (*mixed)[n] * factor[n] + par[ROUTE_SHARE][n] * route[n];
                pulled[n] += (*mixed)[n] * weights[w][n], mixed_total[n] += (*mixed)[n];
            }
        }
        EACH demand[n] = concerned * population[r][n] * (*national)[n];
        EACH factor[n] = demand[n] / MAX(pulled[n] > 0 ? pulled[n] : mixed_total[n], TINY);
        for (int w = first; w < last; w++) {
            row *raw = &k->raw[r * W + w];
            if (!active[w]) continue;
            EACH {
                const double weight = weights[w][n];
                (*raw)[n] *= (pulled[n] > 0 ? weight : 1.0) * factor[n];
                k->volume[w][n] += (*raw)[n];
            }
        }
        EACH k->not_taken[r * G + g][n] = nobody * demand[n];
    }
    row total_spare = {0}, excess = {0}, beyond = {0}, moves;
    for (int w = first; w < last; w++) {
        const int i = p->row_pair[w];
        if (p->changed[(long)phase * G + g] && !p->stated_capacity[i])
            EACH k->limits[w][n] =
                MAX(par[MULTIPLE][n] * MAX(p->largest[i], k->volume[w][n]), k->limits[w][n]);
        if (!active[w]) continue;
        EACH {
            const double limit = k->limits[w][n], volume = k->volume[w][n], part = limit / MAX(volume, TINY);
            total_spare[n] += MAX(limit - volume, 0.0);
            k->kept[w][n] = MIN(part, 1.0);
            beyond[n] = MAX(volume - limit, beyond[n]);
        }
    }
    for (int n = 0; n < LANES; n++) full = MAX(full, beyond[n]);
    if (full > 0) {
        for (int r = 0; r < R; r++)
            for (int w = first; w < last; w++)
                if (active[w]) EACH excess[n] += k->raw[r * W + w][n] * (1 - k->kept[w][n]);
        EACH moves[n] = MIN(total_spare[n] / MAX(excess[n], TINY), 1.0);
        for (int r = 0; r < R; r++) {
            row over = {0};
            for (int w = first; w < last; w++)
                if (active[w]) EACH over[n] += k->raw[r * W + w][n] * (1 - k->kept[w][n]);
            for (int w = first; w < last; w++)
                if (active[w]) EACH {
                    double fill = MAX(k->limits[w][n] - k->volume[w][n], 0.0) / MAX(total_spare[n], TINY);
                    k->raw[r * W + w][n] = k->raw[r * W + w][n] * k->kept[w][n] + over[n] * moves[n] * fill;
                }
            EACH k->not_taken[r * G + g][n] += over[n] - over[n] * moves[n];
        }
        for (int w = first; w < last; w++) {
            memset(k->pull[w], 0, sizeof(row));
            for (int r = 0; r < R; r++) EACH k->pull[w][n] += k->raw[r * W + w][n];
        }
    }
    for (int w = first; w < last; w++) {
        const row *taken = full > 0 ? &k->pull[w] : &k->volume[w];
        row spare = {0};
        if (active[w]) EACH spare[n] = MAX(k->limits[w][n] - (*taken)[n], 0.0);
        add(o->spare[w], spare, share, opens);
        for (int r = 0; r < R; r++) add(o->flow[r * W + w], k->raw[r * W + w], share, opens);
        EACH k->provided[p->row_pair[w]][n] += (*taken)[n];
    }
    for (int r = 0; r < R; r++) {
        row left;
        EACH left[n] = (1 - k->stays[p->group_area[g]][n]) * k->not_taken[r * G + g][n];
        EACH k->refused[p->group_area[g]][n] += left[n];
        add(o->not_taken[r * G + g], left, share, opens);
    }
}

/* The best value of a pool. */
static inline void best_of(const int *start, const int *members, int pool, const row *value, row best) {
    row most = {0};
    for (int m = start[pool]; m < start[pool + 1]; m++) EACH most[n] = MAX(most[n], value[members[m]][n]);
    memcpy(best, most, sizeof(row));
}

static void levels_of(const Problem *p, int tile, int phase, Work *k, const row *par) {
    const row *cases = rows_of(p->case_count, p->cases, tile), *need = rows_of(p->need, p->levels, tile);
    const row *outside = rows_of(p->outside, p->levels, tile);
    row loss, build;
    EACH loss[n] = exp(-p->length[phase] / par[LOSS][n]), build[n] = exp(-p->length[phase] / par[BUILD][n]);
    for (int l = 0; l < p->levels; l++) {
        row caseload = {0};
        for (int e = p->edge_start[l]; e < p->edge_start[l + 1]; e++)
            EACH caseload[n] += cases[p->edge_case[e]][n] * k->volume[p->edge_pair[e]][n];
        EACH k->load[l][n] = (outside[l][n] + caseload[n]) / need[l][n];
        EACH {
            double power = pow(k->load[l][n], par[LEVEL_EXPONENT][n]), target = power / (power + HALF_POINT);
            double step = target > k->levels[l][n] ? build[n] : loss[n];
            k->levels[l][n] = target + (k->levels[l][n] - target) * step;
        }
    }
}

static void family_product(const Problem *p, int tile, Work *k, const row *par) {
    const row *kappa = rows_of(p->skill_kappa, p->links, tile);
    for (int b = 0; b < p->skill_pools; b++)
        best_of(p->skill_pool_start, p->skill_pool_members, b, k->levels, k->best[b]);
    for (int i = 0; i < p->nodes; i++) EACH k->base[i][n] = 1.0;
    for (int f = 0; f < p->family_nodes; f++) {
        row product;
        EACH product[n] = 1.0;
        for (int j = p->node_family_start[f]; j < p->node_family_start[f + 1]; j++) {
            row family;
            const int any = p->family_any[j];
            EACH family[n] = any ? -1.0 : 2.0;
            for (int e = p->family_start[j]; e < p->family_start[j + 1]; e++) {
                row read = {0};
                if (p->skill_own[e] >= 0) memcpy(read, k->levels[p->skill_own[e]], sizeof(row));
                if (p->skill_reach[e] && p->skill_pool[e] >= 0) {
                    const row *worth = &par[p->skill_reach[e] == 1 ? IN_REACH : NETWORK];
                    const row *best = &k->best[p->skill_pool[e]];
                    EACH read[n] = MAX(read[n], (*worth)[n] * (*best)[n]);
                }
                if (any)
                    EACH family[n] = MAX(family[n], 1 - kappa[e][n] * (1 - read[n]));
                else
                    EACH family[n] = MIN(family[n], 1 - kappa[e][n] * (1 - read[n]));
            }
            EACH product[n] *= family[n];
        }
        memcpy(k->base[p->family_node[f]], product, sizeof(row));
    }
}

/* Greatest fixed point from above; of the nodes only those whose reads changed are looked at again, and the best of a
 * pool is taken once a round. What others read is the value where the pair is provided, else 0. */
static void operability(const Problem *p, int tile, Work *k, const row *par) {
    const row *kappa = rows_of(p->area_kappa, p->area_links, tile);
    memcpy(k->value, k->base, p->nodes * sizeof(row));
    for (int i = 0; i < p->pairs; i++) EACH k->provided[i][n] = k->volume[i][n] > 0 ? k->value[i][n] : 0.0;
    memset(k->seen, 0xff, (p->area_pools + 1) * sizeof(int));
    memset(k->todo, 1, p->linked_nodes);
    for (int round = 0; round < ROUNDS; round++) {
        double residual = 0.0;
        memset(k->next, 0, p->linked_nodes);
        for (int i = 0; i < p->linked_nodes; i++) {
            if (!k->todo[i]) continue;
            const int node = p->linked_node[i];
            row now;
            double most = 0.0;
            memcpy(now, k->base[node], sizeof(row));
            for (int d = p->linked_start[i]; d < p->linked_start[i + 1]; d++) {
                row read = {0};
                const int own = p->area_own[d];
                if (own >= 0) memcpy(read, k->provided[own], sizeof(row));
                if (p->area_reach[d] && p->area_pool[d] >= 0) {
                    const row *worth = &par[p->area_reach[d] == 1 ? IN_REACH : NETWORK];
                    const int pool = p->area_pool[d];
                    const row *best = &k->area_best[pool];
                    if (k->seen[pool] != round)
                        best_of(p->area_pool_start, p->area_pool_members, pool, k->provided, k->area_best[pool]);
                    k->seen[pool] = round;
                    EACH read[n] = MAX(read[n], (*worth)[n] * (*best)[n]);
                }
                EACH now[n] = MIN(now[n], 1 - kappa[d][n] * (1 - read[n]));
            }
            for (int n = 0; n < LANES; n++) most = MAX(most, fabs(now[n] - k->value[node][n]));
            if (most == 0.0) continue;
            memcpy(k->value[node], now, sizeof(row));
            residual = MAX(residual, most);
            if (node >= p->pairs) continue;
            EACH k->provided[node][n] = k->volume[node][n] > 0 ? now[n] : 0.0;
            for (int j = p->reader_start[node]; j < p->reader_start[node + 1]; j++)
                k->next[p->readers[j]] = 1;
        }
        if (residual <= TOLERANCE) return;
        char *swap = k->todo;
        k->todo = k->next, k->next = swap;
    }
}

static void erlang_b(const row load, const row beds, row blocked) {
    row inverse, at_floor, at_next, whole, per_load;
    double most = 0.0;
    EACH inverse[n] = at_floor[n] = at_next[n] = 1.0, whole[n] = floor(beds[n]), per_load[n] = 1 / MAX(load[n], TINY);
    for (int n = 0; n < LANES; n++) most = MAX(most, whole[n]);
    for (double c = 1; c <= most + 1; c++)
        EACH {
            inverse[n] = inverse[n] * per_load[n] * c + 1;
            at_floor[n] = whole[n] == c ? inverse[n] : at_floor[n];
            at_next[n] = whole[n] == c - 1 ? inverse[n] : at_next[n];
        }
    EACH blocked[n] = 1 / at_floor[n] + (beds[n] - whole[n]) * (1 / at_next[n] - 1 / at_floor[n]);
}

static void displaced(const Problem *p, int tile, int phase, Work *k, const Outcome *o, const row *par) {
    const int S = p->facilities, opens = p->first_of_year[phase];
    const double share = p->weight[phase];
    const row *amounts = rows_of(p->amounts, p->uses, tile);
#define OF(name) const row *name = rows_of(p->name, S, tile)
    OF(other_load); OF(ours); OF(capacity); OF(variation); OF(refill); OF(others); OF(per_patient); OF(wait);
    OF(guarantee); OF(blocked); OF(excess);
    for (int s = 0; s < S; s++) {
        row used = {0}, first, equal, waiting, beyond, before, after, now, outside;
        for (int u = p->use_start[s]; u < p->use_start[s + 1]; u++)
            EACH used[n] += amounts[u][n] * k->volume[p->use_pair[u]][n];
        EACH used[n] /= p->is_queue[s] ? par[DAYS][n] : 365.0;
        EACH {
            outside[n] = other_load[s][n] + refill[s][n] * MAX(ours[s][n] - used[n], 0.0);
            before[n] = other_load[s][n] + ours[s][n], after[n] = outside[n] + used[n];
        }
        EACH waiting[n] = beyond[n] = NAN;
        if (p->is_queue[s]) {
            EACH {
                double spread = MAX(variation[s][n] * after[n], 1e-12), z = (capacity[s][n] - after[n]) / spread;
                double tail = 0.5 * erfc(z * M_SQRT1_2);
                double change = spread * (exp(-z * z / 2) / sqrt(2 * M_PI) - z * tail) - excess[s][n];
                first[n] = change * par[DAYS][n] / MAX(per_patient[s][n], 1e-9);
                equal[n] = first[n] * (outside[n] / MAX(after[n], 1e-12));
                double old = MIN(before[n] / capacity[s][n], 0.98), new = MIN(after[n] / MAX(capacity[s][n], 1e-9), 0.98);
                double longer = wait[s][n] * (new / (1 - new)) / MAX(old / (1 - old), 1e-12);
                waiting[n] = longer - wait[s][n];
                beyond[n] = exp(-guarantee[s][n] / MAX(longer, 1e-9));
            }
        } else {
            int moved = 0;
            for (int n = 0; n < LANES; n++) moved |= after[n] != before[n];
            memcpy(now, blocked[s], sizeof(row));
            if (moved) erlang_b(after, capacity[s], now);
            EACH equal[n] = others[s][n] * (now[n] - blocked[s][n]);
            EACH first[n] = (after[n] * now[n] - before[n] * blocked[s][n]) * 365.0 / MAX(per_patient[s][n], 1e-9);
        }
        add(o->equal[s], equal, share, opens);
        add(o->first[s], first, share, opens);
        add(o->waiting[s], waiting, share, opens);
        add(o->beyond[s], beyond, share, opens);
    }
}

static void period(const Problem *p, int tile, int phase, Work *k, const Outcome *o, const row *par) {
    const row *share = rows_of(p->share, p->pairs, tile), *national = rows_of(p->national, p->areas, tile);
    const row *spread = rows_of(p->spread, p->areas, tile), *held_back = rows_of(p->held_back, p->areas, tile);
    const int *before = p->before + (long)phase * p->areas, opens = p->first_of_year[phase];
    const double part = p->weight[phase];
    for (int a = 0; a < p->areas; a++) EACH k->stays[a][n] = (before[a] ? 1.0 : held_back[a][n]) * spread[a][n];
    memset(k->provided, 0, p->pairs * sizeof(row)); /* holds the routed volume of the pairs first */
    memset(k->refused, 0, p->areas * sizeof(row));
    memset(k->given, 0, p->areas * sizeof(row));
    for (int g = 0; g < p->groups; g++) group(p, tile, phase, g, k, o, par);
    for (int i = 0; i < p->pairs; i++) {
        const int a = p->pair_area[i];
        EACH {
            double stays = k->stays[a][n];
            k->volume[i][n] = (1 - stays) * k->provided[i][n] + stays * (share[i][n] * national[a][n]);
            k->given[a][n] += k->volume[i][n];
        }
        add(o->volume[i], k->volume[i], part, opens);
    }
    levels_of(p, tile, phase, k, par);
    family_product(p, tile, k, par);
    operability(p, tile, k, par);
    for (int i = 0; i < p->nodes; i++) add(o->operability[i], k->value[i], part, opens);
    for (int a = 0; a < p->areas; a++) {
        row left;
        EACH left[n] = k->stays[a][n] > 0 ? MAX(national[a][n] - k->given[a][n] - k->refused[a][n], 0.0) : 0.0;
        add(o->not_referred[a], left, part, opens);
    }
    if (p->year[phase] >= 0) displaced(p, tile, phase, k, o, par);
}

static row *some(long rows) { return aligned_alloc(64, (rows + 1) * sizeof(row)); }

static Work new_work(const Problem *p) {
    const long flows = (long)p->regions * p->rows, left = (long)p->regions * p->groups;
    Work k = {some(p->levels), some(p->levels), some(p->pairs), some(p->pairs), some(p->rows), some(p->rows),
              some(flows), some(p->pairs + p->rows), some(p->rows), some(p->nodes), some(p->nodes),
              some(p->skill_pools), some(p->area_pools), some(p->pairs), some(left), some(p->areas), some(p->areas),
              some(p->areas), malloc((p->area_pools + 1) * sizeof(int)), malloc(p->linked_nodes + 1),
              malloc(p->linked_nodes + 1)};
    return k;
}

static void free_work(Work *k) {
    row **all = (row **)k;
    for (int i = 0; i < 18; i++) free(all[i]);
    free(k->seen), free(k->todo), free(k->next);
}

/* Follow all tiles; with `keep` every year's outcome stands in `out`, [tile][year][row][LANES], else only the last. */
void follow(const Problem *p, double *out, int keep, int threads) {
    const long size = outcome_rows(p);
#pragma omp parallel num_threads(threads)
    {
        Work k = new_work(p);
        row *mine = some(size);
#pragma omp for schedule(dynamic)
        for (int tile = 0; tile < p->tiles; tile++) {
            const row *par = rows_of(p->parameters, PARAMETERS, tile);
            memcpy(k.levels, rows_of(p->levels0, p->levels, tile), p->levels * sizeof(row));
            memcpy(k.load, rows_of(p->load0, p->levels, tile), p->levels * sizeof(row));
            memcpy(k.last, rows_of(p->last0, p->pairs, tile), p->pairs * sizeof(row));
            memcpy(k.earlier, rows_of(p->earlier0, p->pairs, tile), p->pairs * sizeof(row));
            memcpy(k.limits, rows_of(p->limits, p->rows, tile), p->rows * sizeof(row));
            Outcome o = outcome_at(p, mine);
            for (int phase = 0; phase < p->phases; phase++) {
                const int year = p->year[phase];
                if (keep && year >= 0) o = outcome_at(p, (row *)out + ((long)tile * p->years + year) * size);
                if (p->first_of_year[phase]) memcpy(o.load_before, k.load, p->levels * sizeof(row));
                period(p, tile, phase, &k, &o, par);
                if (!p->last_of_year[phase]) continue;
                memcpy(o.levels, k.levels, p->levels * sizeof(row));
                memcpy(o.load, k.load, p->levels * sizeof(row));
                row *swap = k.earlier;
                k.earlier = k.last, k.last = swap;
                memcpy(k.last, o.operability, p->pairs * sizeof(row));
            }
        }
        free_work(&k), free(mine);
    }
}
